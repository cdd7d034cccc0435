using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>Where <see cref="CredentialProvider.FromLogin"/> looks for credentials.</summary>
public sealed record LoginCredentialOptions
{
    /// <summary>The only file to read, in the format of Docker's <c>config.json</c>. <see langword="null"/> (default) means the usual
    /// places.</summary>
    public string? Path { get; init; }

    /// <summary>How long a credential helper may run before it is killed. Default 30 s, above 0.</summary>
    public TimeSpan HelperTimeout { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an environment variable. Default: the environment of the process.</summary>
    public Func<string, string?> Variable { get; init => field = Option.NotNull(value); } = Environment.GetEnvironmentVariable;

    /// <summary>The clock for the time limit. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;

    /// <summary>The logger for warnings. Default: none.</summary>
    public ILogger Logger { get; init => field = Option.NotNull(value); } = NullLogger.Instance;
}
