using System.Globalization;

namespace RegistryCache;

/// <summary>What a verification found. Immutable.</summary>
public sealed record CacheVerification
{
    /// <summary>A verification, for a test that needs one.</summary>
    /// <param name="source">The cache that was asked for.</param>
    public CacheVerification(CacheSource source) => Source = source;

    /// <summary>The cache that was asked for.</summary>
    public CacheSource Source { get; }

    /// <summary>Whether there is a cache, damaged or not. If not, there is no such tag, or it holds something else.</summary>
    public bool IsHit { get; init; }

    /// <summary>Why there is no cache: one sentence, for a person. <see langword="null"/> when there is one.</summary>
    public string? Miss { get; init; }

    /// <summary>Whether there is a cache and nothing wrong was found.</summary>
    public bool IsSound => IsHit && Damages.Count == 0;

    /// <summary>The manifest; <see langword="null"/> when there is none, or it cannot be read.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>The cache; <see cref="CacheGraph.Empty"/> when it cannot be read.</summary>
    public CacheGraph Graph { get; init; } = CacheGraph.Empty;

    /// <summary>Every blob that cannot be used: manifest, config, then layers in the order of their digests.</summary>
    public IReadOnlyList<CacheDamage> Damages { get; init; } = [];

    /// <summary>The results of the cache, and how many of them cannot be loaded because of the damages.</summary>
    public (int All, int Lost) Results { get; init; }

    /// <summary>The different layers that were looked for, and their size in bytes.</summary>
    public (int Count, long Bytes) Layers { get; init; }

    /// <summary>The layers that were read whole, and their size in bytes.</summary>
    public (int Count, long Bytes) LayersRead { get; init; }

    /// <summary>The number that chose the layers to read. Use it in <see cref="CacheVerifyOptions.Seed"/> to read the same ones.</summary>
    public int Seed { get; init; }

    /// <summary>The entries of an image index that were not read, and why. Only for caches inside images.</summary>
    public IReadOnlyList<(Descriptor Descriptor, string Reason)> Skipped { get; init; } = [];

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Source}: {(IsSound ? "sound" : IsHit ? $"{Damages.Count} damaged, {Results.Lost} of {Results.All} results lost" : "no cache")}");
}
