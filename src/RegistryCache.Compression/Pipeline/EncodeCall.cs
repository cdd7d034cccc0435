using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>What every codec with levels does before it encodes.</summary>
internal static class EncodeCall
{
    /// <summary>Checks the arguments and calls the encoder with the level and the workers: the shared ones, or its own.</summary>
    public static async Task<EncodedLayer> RunAsync(
        ILayerCodec codec, Stream tar, Stream blob, LayerEncodeOptions options, Func<int, LayerWorkers, Task<EncodedLayer>> encode)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(options);
        var level = codec.Levels!.Resolve(options.Level, codec.Compression);
        using var own = options.Workers is null ? new LayerWorkers() : null;
        return await encode(level, options.Workers ?? own!).ConfigureAwait(false);
    }
}
