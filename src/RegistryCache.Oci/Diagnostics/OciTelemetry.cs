using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Oci;

/// <summary>Names of this package's activities and measurements. Attribute names follow OpenTelemetry's HTTP conventions.</summary>
public static class OciTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/>.</summary>
    public const string ActivitySourceName = "RegistryCache.Oci";

    /// <summary>The name of the <see cref="Meter"/>.</summary>
    public const string MeterName = "RegistryCache.Oci";

    internal static readonly ActivitySource Activities = new(ActivitySourceName);
    private static readonly Meter Meter = new(MeterName);

    internal static readonly Histogram<double> RequestDuration = Meter.CreateHistogram<double>(
        "http.client.request.duration", "s", "Duration of requests to registries until the response headers arrive.");

    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "registrycache.oci.retries", "{retry}",
        "Requests to registries and token servers that were sent again after a transient failure.");

    internal static readonly Counter<long> BytesSent = Meter.CreateCounter<long>(
        "registrycache.oci.blob.sent", "By", "Bytes of blobs sent, repeated parts included.");

    internal static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "registrycache.oci.blob.received", "By", "Bytes of blobs received, repeated parts excluded.");
}
