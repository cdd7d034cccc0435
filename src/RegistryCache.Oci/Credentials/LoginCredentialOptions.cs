using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Oci;

/// <summary>Where <see cref="LoginCredentialProvider"/> looks for credentials.</summary>
public sealed class LoginCredentialOptions
{
    /// <summary>
    /// The only file to read, in the format of Docker's <c>config.json</c>. <see langword="null"/> (default) means the usual places.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>How long a credential helper may run before it is killed. Default 30 s, above 0.</summary>
    public TimeSpan HelperTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an environment variable. Default: the environment of the process.</summary>
    public Func<string, string?> Variable { get; set; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock for the time limit. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The logger for warnings. Default: none.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}
