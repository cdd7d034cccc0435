using Microsoft.Extensions.Logging;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Parameters;
using RegistryCache.Core.Telemetry;

namespace RegistryCache.Core.Loading;

/// <summary>What a session or a folder cache gets from the cache that opened it. Its own directories, which are those of local sources and
/// targets and of local blobs, belong in no snapshot, and no restore removes them.</summary>
internal sealed record SessionContext(
    LayerCodecSet Codecs,
    LayerConverter Converter,
    LayerOptions Limits,
    CacheExporters Exporters,
    CacheTexts Texts,
    TimeProvider Time,
    TimeSpan MaxClockSkew,
    IReadOnlyList<string> OwnDirectories,
    CacheTelemetry Telemetry,
    ILogger Logger)
{
    /// <summary>Counts what is read; <see langword="null"/> if nobody asks.</summary>
    public FetchMeter? Meter { get; init; }

    public CacheTime Now() => CacheTime.From(Time.GetUtcNow());

    public async Task<LayerConversion> EncodeAsync(BlobSource tar, LayerCompression compression, int? level, CancellationToken cancellation)
    {
        var stream = await tar.OpenReadAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await Converter.EncodeAsync(stream, compression, level, cancellation).ConfigureAwait(false);
    }

    public ResultOrder Order() => ResultOrder.At(Time.GetUtcNow(), MaxClockSkew);
}
