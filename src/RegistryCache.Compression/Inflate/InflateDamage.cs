using RegistryCache.Core.Errors;

namespace RegistryCache.Compression.Inflate;

/// <summary>The errors for damaged gzip blobs.</summary>
internal static class InflateDamage
{
    public static LayerFormatException Error(string what) =>
        new(RegistryCacheErrorCode.CorruptLayer,
            $"The gzip data of the layer is corrupt: {what}. The blob is damaged: fetch or build it again.");

    public static LayerFormatException CutOff(string where) =>
        new(RegistryCacheErrorCode.CorruptLayer,
            $"The gzip data of the layer is cut off: it ends in {where}. The blob is damaged: fetch or build it again.");
}
