using Microsoft.Extensions.Logging;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Loading;

/// <summary>What a session or a folder cache gets from the cache that opened it.</summary>
internal sealed record SessionContext(
    LayerCodecSet Codecs,
    LayerConverter Converter,
    LayerDecodeLimits Limits,
    CacheExporters Exporters,
    CacheTexts Texts,
    TimeProvider Time,
    TimeSpan MaxClockSkew,
    ILogger Logger)
{
    public CacheTime Now() => CacheTime.From(Time.GetUtcNow());

    public ResultOrder Order() => ResultOrder.At(Time.GetUtcNow(), MaxClockSkew);
}
