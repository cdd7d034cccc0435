using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;

namespace RegistryCache;

/// <summary>How layers are converted, and how much one may decompress to before it counts as a bomb.</summary>
public sealed record LayerOptions
{
    private const long DefaultDecodedBytes = 64L << 30;
    private const int DefaultRatio = 500;

    /// <summary>How many pieces of layers are compressed at once, 1 or more. Default: <see cref="Environment.ProcessorCount"/>.</summary>
    public int? Cores { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>Where converted blobs wait until they are stored. It must exist. Default: the system's temporary directory.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>The most bytes one layer may decompress to. Default, <see langword="null"/>: 64 GiB; in a restore of a folder cache 64 GiB
    /// more than <see cref="RestoreLimits.MaxTotalBytes"/>, which limits the files themselves.</summary>
    public long? MaxDecodedBytes { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>The most decompressed bytes per compressed byte, 1 or more. It counts after <see cref="RatioGraceBytes"/>. Default,
    /// <see langword="null"/>: 500; in a restore of a folder cache none, because everything that was saved must be restored and the limits
    /// of bytes apply there. Deflate reaches at most 1032, if all bytes are equal; real layers stay below 100. Raise it for a layer of more
    /// than 1 GiB that is nearly all zeros, such as an empty disk image.</summary>
    public int? MaxRatio { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>How many bytes a layer may decompress to before <see cref="MaxRatio"/> counts. Default: 1 GiB.</summary>
    public long RatioGraceBytes { get; init => field = Option.AtLeast(value, 0); } = 1L << 30;

    /// <summary>The workers of the whole cache; <see langword="null"/> for workers of each call alone.</summary>
    internal LayerWorkers? Workers { get; init; }

    internal long EffectiveDecodedBytes => MaxDecodedBytes ?? FolderDecodedBytes ?? DefaultDecodedBytes;

    /// <summary>The ratio to judge by; <see langword="null"/> for none.</summary>
    internal int? EffectiveRatio => MaxRatio ?? (FolderDecodedBytes is null ? DefaultRatio : null);

    private long? FolderDecodedBytes { get; init; }

    /// <summary>These limits in a restore of a folder cache, see docs/adr/0054.</summary>
    internal LayerOptions ForFolders(long maxTotalBytes) => this with
    {
        FolderDecodedBytes = Math.Min(maxTotalBytes, long.MaxValue - DefaultDecodedBytes) + DefaultDecodedBytes,
    };

    /// <summary>The limit that refuses a layer, and the value that it would need; <see langword="null"/> when none does.</summary>
    internal (string Name, long Value)? NeededFor(long decodedBytes, long layerBytes)
    {
        if (decodedBytes > EffectiveDecodedBytes)
            return (nameof(MaxDecodedBytes), decodedBytes);
        if (EffectiveRatio is not { } most || decodedBytes <= RatioGraceBytes || layerBytes <= 0)
            return null;
        var ratio = (decodedBytes / layerBytes) + (decodedBytes % layerBytes == 0 ? 0 : 1);
        return ratio > most ? (nameof(MaxRatio), ratio) : null;
    }
}
