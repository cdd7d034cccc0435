using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Cli;

/// <summary>
/// Shows the warnings that no report holds: those about registries, directories and credentials. What the other rooms warn of is in
/// the outcomes and reports that every command prints.
/// </summary>
internal sealed class WarningLines(Terminal terminal) : ILoggerFactory, ILogger
{
    // A retry that helps is not worth a line, and one that does not ends in an error.
    private const int Retrying = 5002;

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("RegistryCache.Oci", StringComparison.Ordinal) ? this : NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && eventId.Id != Retrying)
            terminal.Note($"warning: {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
