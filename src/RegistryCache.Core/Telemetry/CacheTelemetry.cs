using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Core.Telemetry;

/// <summary>The spans and measurements of this package. docs/reference/telemetry.md lists them; a test compares.</summary>
internal static class CacheTelemetry
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
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "registrycache.operation.duration", "s", "Duration of an import, find, restore, conversion, export, save or prune.");

    private static readonly Counter<long> Hits = Meter.CreateCounter<long>(
        "registrycache.hits", "{look-up}", "Steps and keys that were found.");

    private static readonly Counter<long> Misses = Meter.CreateCounter<long>(
        "registrycache.misses", "{look-up}", "Steps and keys that were not found, by the kind of reason.");

    private static readonly Counter<long> Conversions = Meter.CreateCounter<long>(
        "registrycache.conversions", "{layer}", "Layers that were encoded again for an export.");

    public static readonly Counter<long> Restored = Meter.CreateCounter<long>(
        "registrycache.restored", "By", "Bytes of files in restored folders.");

    public static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "registrycache.sent", "By", "Bytes of layers that exports and saves sent.");

    public static readonly Counter<long> Saved = Meter.CreateCounter<long>(
        "registrycache.saved", "By", "Bytes of the tars of saved folders.");

    public static readonly Counter<long> Hashed = Meter.CreateCounter<long>(
        "registrycache.hashed", "By", "Bytes of layers and blobs hashed.");

    /// <summary>Whether anybody counts misses, so that their reason is worth finding.</summary>
    public static bool CountsMisses => Misses.Enabled;

    /// <summary>Runs an operation inside a span of its name, and measures it. An exception is its outcome too: <c>cancelled</c> is none of
    /// our errors, everything else sets the status of the span.</summary>
    /// <param name="operation">The name of the operation and of the span.</param>
    /// <param name="attribute">What the operation is about, as an attribute: name and value. The value has no secrets.</param>
    /// <param name="run">The work.</param>
    /// <param name="outcome">One word about a result.</param>
    /// <param name="error">The failure that a result carries instead of an exception, if any.</param>
    public static async Task<T> RunAsync<T>(
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

    public static void Hit(string operation, string kind) => Hits.Add(1, new(Operation, operation), new(Outcome, kind));

    public static void Miss(string operation, string reason) => Misses.Add(1, new(Operation, operation), new(Reason, reason));

    public static void Converted(string from, string to) => Conversions.Add(1, new(From, from), new(To, to));

    private static void End(string operation, Activity? span, long start, string outcome, Exception? error)
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

        Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
    }
}
