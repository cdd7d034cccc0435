using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Core.Telemetry;

/// <summary>The spans and measurements of this package. docs/reference/telemetry.md lists them; a test compares.</summary>
internal sealed class CacheTelemetry
{
    public const string Name = "RegistryCache";

    // Attributes.
    public const string Operation = "registrycache.operation";
    public const string Outcome = "registrycache.outcome";
    public const string Reason = "registrycache.miss.reason";
    public const string From = "registrycache.compression.from";
    public const string To = "registrycache.compression.to";
    public const string ErrorType = "error.type";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Shared = new(Name);

    /// <summary>Hashing has no cache that it belongs to, so this counts for the whole process.</summary>
    public static readonly Counter<long> Hashed = Shared.CreateCounter<long>(
        "registrycache.hashed", "By", "Bytes of layers and blobs hashed.");

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _conversions;

    private CacheTelemetry(Meter meter)
    {
        _duration = meter.CreateHistogram<double>(
            "registrycache.operation.duration", "s", "Duration of an import, find, restore, conversion, export, save or prune.");
        _hits = meter.CreateCounter<long>("registrycache.hits", "{look-up}", "Steps and keys that were found.");
        _misses = meter.CreateCounter<long>(
            "registrycache.misses", "{look-up}", "Steps and keys that were not found, by the kind of reason.");
        _conversions = meter.CreateCounter<long>(
            "registrycache.conversions", "{layer}", "Layers that were encoded again for an export.");
        Restored = meter.CreateCounter<long>("registrycache.restored", "By", "Bytes of files in restored folders.");
        Sent = meter.CreateCounter<long>("registrycache.sent", "By", "Bytes of layers that exports and saves sent.");
        Saved = meter.CreateCounter<long>("registrycache.saved", "By", "Bytes of the tars of saved folders.");
    }

    /// <summary>The measurements of every cache that was not given a factory of meters.</summary>
    public static CacheTelemetry Default { get; } = new(Shared);

    public Counter<long> Restored { get; }

    public Counter<long> Sent { get; }

    public Counter<long> Saved { get; }

    /// <summary>Whether anybody counts misses, so that their reason is worth finding.</summary>
    public bool CountsMisses => _misses.Enabled;

    /// <summary>Measurements on a meter of a factory, which owns it.</summary>
    public static CacheTelemetry On(IMeterFactory? meters) => meters is null ? Default : new(meters.Create(Name));

    /// <summary>Runs an operation inside a span of its name, and measures it. An exception is its outcome too: <c>cancelled</c> is none of
    /// our errors, everything else sets the status of the span.</summary>
    /// <param name="operation">The name of the operation and of the span.</param>
    /// <param name="attribute">What the operation is about, as an attribute: name and value. The value has no secrets.</param>
    /// <param name="run">The work.</param>
    /// <param name="outcome">One word about a result.</param>
    /// <param name="error">The failure that a result carries instead of an exception, if any.</param>
    public async Task<T> RunAsync<T>(
        string operation, (string Name, object Value) attribute, Func<Task<T>> run,
        Func<T, string> outcome, Func<T, Exception?>? error = null)
    {
        var start = Stopwatch.GetTimestamp();
        using var span = Activities.StartActivity(operation);
        if (span is { IsAllDataRequested: true })
            span.SetTag(attribute.Name, attribute.Value.ToString());
        try
        {
            var result = await run().ConfigureAwait(false);
            End(operation, span, start, outcome(result), error?.Invoke(result));
            return result;
        }
        catch (Exception e)
        {
            End(operation, span, start, e is OperationCanceledException ? "cancelled" : "failed", e);
            throw;
        }
    }

    public void Hit(string operation, string kind) => _hits.Add(1, new(Operation, operation), new(Outcome, kind));

    public void Miss(string operation, string reason) => _misses.Add(1, new(Operation, operation), new(Reason, reason));

    public void Converted(string from, string to) => _conversions.Add(1, new(From, from), new(To, to));

    private void End(string operation, Activity? span, long start, string outcome, Exception? error)
    {
        var tags = new TagList { { Operation, operation }, { Outcome, outcome } };
        span?.SetTag(Outcome, outcome);
        if (error is not null and not OperationCanceledException)
        {
            var type = error is RegistryCacheException known ? known.CodeText : error.GetType().Name;
            tags.Add(ErrorType, type);
            span?.SetTag(ErrorType, type);
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
        }

        _duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
    }
}
