using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Cli;

/// <summary>
/// Shows the warnings about registries, directories, credentials and local blobs, which are not in any report. Other warnings are in the
/// outcomes and reports that every command prints.
/// </summary>
internal sealed class WarningLines(Terminal terminal) : ILoggerFactory, ILogger
{
    // A retry that succeeds is not worth a line, and one that fails ends in an error.
    private const int Retrying = 5002;

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("RegistryCache.Oci", StringComparison.Ordinal)
        || categoryName.StartsWith("RegistryCache.Core.LocalBlobs", StringComparison.Ordinal) ? this : NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && eventId.Id != Retrying)
            terminal.Note($"warning: {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
