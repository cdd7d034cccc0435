using Microsoft.Extensions.Logging;

namespace RegistryCache.Cli.Output;

/// <summary>
/// Shows the warnings about registries, directories, credentials, local blobs and states, which are not in any report. Other warnings are
/// in the outcomes and reports that every command prints. <c>--verbose</c> adds what is done, and <c>--debug</c> each request.
/// </summary>
internal sealed class LogLines(Terminal terminal, LogLevel least) : ILoggerFactory
{
    // A retry that succeeds is not worth a line, and one that fails ends in an error.
    private const int Retrying = 5002;

    private const int StateNotNoted = 1017;

    public ILogger CreateLogger(string categoryName) => new Lines(
        terminal, least,
        categoryName.StartsWith("RegistryCache.Oci", StringComparison.Ordinal)
            || categoryName.StartsWith("RegistryCache.Core.LocalBlobs", StringComparison.Ordinal));

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Lines(Terminal terminal, LogLevel least, bool showsWarnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception);
            if (logLevel < LogLevel.Warning)
                terminal.Note($"{(logLevel == LogLevel.Information ? "info" : "debug")}: {text}");
            else if (eventId.Id == StateNotNoted || (showsWarnings && eventId.Id != Retrying))
                terminal.Note($"warning: {text}");
            else if (least < LogLevel.Warning)
                terminal.Note($"info: {text}");
        }
    }
}
