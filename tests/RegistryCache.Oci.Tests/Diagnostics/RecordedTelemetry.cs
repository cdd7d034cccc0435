using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Oci.Tests.Diagnostics;

/// <summary>Listens to the client's activities and measurements by their public names, as an exporter would.</summary>
internal sealed class RecordedTelemetry : IDisposable
{
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public RecordedTelemetry()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == RegistryClient.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != RegistryClient.MeterName)
                return;
            Instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _meters.Start();
    }

    public ConcurrentQueue<Activity> Activities { get; } = new();

    public ConcurrentQueue<Measurement> Measurements { get; } = new();

    public ConcurrentDictionary<string, Instrument> Instruments { get; } = new();

    /// <summary>Everything that would leave the process, as one text.</summary>
    public string Text => string.Join('\n',
        Activities.Select(static a => $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects.Concat(a.Events.SelectMany(static e => e.Tags)))}")
            .Concat(Measurements.Select(static m => $"{m.Name} {string.Join(' ', m.Tags)}")));

    public IEnumerable<Measurement> Of(string instrument) => Measurements.Where(m => m.Name == instrument);

    public double Sum(string instrument) => Of(instrument).Sum(static m => m.Value);

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue(new Measurement(instrument.Name, value, tags.ToArray().ToDictionary()));

    internal sealed record Measurement(string Name, double Value, IReadOnlyDictionary<string, object?> Tags);
}
