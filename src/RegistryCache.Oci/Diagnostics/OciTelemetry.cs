using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryCache.Oci.Diagnostics;

/// <summary>This package's activities and measurements. Attribute names follow OpenTelemetry's HTTP conventions.</summary>
internal static class OciTelemetry
{
    public const string Name = "RegistryCache.Oci";

    internal static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> RequestDuration = Meter.CreateHistogram<double>(
        "registrycache.oci.request.duration", "s", "Duration of requests to registries until the response headers arrive.");

    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "registrycache.oci.retries", "{retry}",
        "Requests to registries and token servers that were sent again after a transient failure.");

    internal static readonly Counter<long> BytesSent = Meter.CreateCounter<long>(
        "registrycache.oci.blob.sent", "By", "Bytes of blobs sent, repeated parts included.");

    internal static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "registrycache.oci.blob.received", "By", "Bytes of blobs received, repeated parts excluded.");
}
