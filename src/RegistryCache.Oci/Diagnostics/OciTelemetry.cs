using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Oci.Diagnostics;

/// <summary>This package's activities and measurements. Attribute names follow OpenTelemetry's HTTP conventions.</summary>
internal sealed class OciTelemetry
{
    public const string Name = "RegistryCache.Oci";

    public static readonly ActivitySource Activities = new(Name);

    private OciTelemetry(Meter meter)
    {
        RequestDuration = meter.CreateHistogram<double>(
            "registrycache.oci.request.duration", "s", "Duration of requests to registries until the response headers arrive.");
        Retries = meter.CreateCounter<long>(
            "registrycache.oci.retries", "{retry}",
            "Requests to registries and token servers that were sent again after a transient failure.");
        BytesSent = meter.CreateCounter<long>("registrycache.oci.blob.sent", "By", "Bytes of blobs sent, repeated parts included.");
        BytesReceived = meter.CreateCounter<long>(
            "registrycache.oci.blob.received", "By", "Bytes of blobs received, repeated parts excluded.");
    }

    /// <summary>The measurements of every client that was not given a factory of meters.</summary>
    public static OciTelemetry Default { get; } = new(new Meter(Name));

    public Histogram<double> RequestDuration { get; }

    public Counter<long> Retries { get; }

    public Counter<long> BytesSent { get; }

    public Counter<long> BytesReceived { get; }

    /// <summary>Measurements on a meter of a factory, which owns it.</summary>
    public static OciTelemetry On(IMeterFactory? meters) => meters is null ? Default : new(meters.Create(Name));
}
