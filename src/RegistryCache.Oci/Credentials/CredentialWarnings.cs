using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Diagnostics;

namespace RegistryCache.Oci.Credentials;

/// <summary>Writes each warning once, because files are read again at every look-up.</summary>
internal sealed class CredentialWarnings(ILogger logger)
{
    // A file that changes all the time must not fill memory.
    private const int MaxRemembered = 1000;
    private readonly ConcurrentDictionary<string, bool> _written = new(StringComparer.Ordinal);

    public void Write(string problem)
    {
        if (_written.Count < MaxRemembered && _written.TryAdd(problem, true))
            OciLog.CredentialsSkipped(logger, problem);
    }
}
