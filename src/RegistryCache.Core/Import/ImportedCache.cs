using System.Diagnostics.CodeAnalysis;

namespace RegistryCache;

/// <summary>What one source gave. Immutable.</summary>
public sealed class ImportedCache
{
    /// <summary>An outcome, for a test that needs one.</summary>
    /// <param name="source">The source.</param>
    /// <param name="detail">One sentence about what became of it.</param>
    public ImportedCache(CacheSource source, string detail)
    {
        Source = source;
        Detail = detail;
    }

    /// <summary>The source.</summary>
    public CacheSource Source { get; }

    /// <summary>Whether a cache was found and read.</summary>
    [MemberNotNullWhen(true, nameof(Manifest))]
    public bool IsHit => Manifest is not null;

    /// <summary>Whether there is no cache: no such repository, tag or directory, or an image without one. Not an error.</summary>
    public bool IsMiss => Manifest is null && Error is null;

    /// <summary>One sentence about what became of it, for a person.</summary>
    public string Detail { get; }

    /// <summary>Why the source failed; <see langword="null"/> unless it did.</summary>
    public RegistryCacheException? Error { get; init; }

    /// <summary>The cache; <see cref="CacheGraph.Empty"/> unless this is a hit.</summary>
    public CacheGraph Graph { get; init; } = CacheGraph.Empty;

    /// <summary>The manifest that was read; <see langword="null"/> unless this is a hit.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>The form of the manifest; <see langword="null"/> unless this is a hit.</summary>
    public CacheManifestForm? Form { get; init; }

    /// <summary>The cache config; <see langword="null"/> for an inline cache, which is in the configs of images.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The entries of an image index that are missing, malformed or not manifests, and why: one sentence, for a person. The others
    /// were imported. Empty for a cache that is not inside images: it is read completely or not at all.</summary>
    public IReadOnlyList<(Descriptor Descriptor, string Reason)> Skipped { get; init; } = [];

    /// <summary>Whether the cache came inside an image.</summary>
    public bool IsInline { get; init; }

    /// <summary>The source, and what became of it.</summary>
    public override string ToString() => $"{Source}: {Error?.Message ?? Detail}";
}
