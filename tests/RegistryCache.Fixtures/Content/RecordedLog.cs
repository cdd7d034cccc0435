using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RegistryCache.Fixtures.Content;

/// <summary>Keeps every message of every logger, whatever its level, with its event id in front.</summary>
public sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _lines.Enqueue($"{eventId.Id} {logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
