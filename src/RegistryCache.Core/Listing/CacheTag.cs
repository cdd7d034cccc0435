using System.Collections.Immutable;
using System.Globalization;
using RegistryCache.Core.Content;

namespace RegistryCache;

/// <summary>A tag that holds a cache. Sizes are bytes of compressed layers. Immutable.</summary>
public sealed record CacheTag
{
    /// <summary>A tag, for a test that needs one.</summary>
    /// <param name="name">The tag, or the digest that the source names instead of one.</param>
    /// <param name="manifest">The manifest.</param>
    public CacheTag(string name, Descriptor manifest)
    {
        Name = name;
        Manifest = manifest;
    }

    /// <summary>The tag, or the digest that the source names instead of one.</summary>
    public string Name { get; }

    /// <summary>The manifest.</summary>
    public Descriptor Manifest { get; }

    /// <summary>The form of the manifest.</summary>
    public CacheManifestForm Form { get; init; }

    /// <summary>Whether the cache is inside an image.</summary>
    public bool IsInline { get; init; }

    /// <summary>When the newest result was saved; <see langword="null"/> when no result has a time.</summary>
    public CacheTime? CreatedAt { get; init; }

    /// <summary>When a layer was last read, where it is known: in a directory whose file system records it, on Linux usually to the day.
    /// Registries do not tell it.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The number of records, without a joining record.</summary>
    public int Records { get; init; }

    /// <summary>The number of different layers.</summary>
    public int Layers { get; init; }

    /// <summary>The size of the layers.</summary>
    public long Size { get; init; }

    /// <summary>The size of the layers that no other tag of the listing has.</summary>
    public long OwnSize { get; init; }

    /// <summary>The size of the layers that other tags of the listing have too.</summary>
    public long SharedSize => Size - OwnSize;

    /// <summary>Who wrote the cache, where the annotations tell: <c>org.opencontainers.image.authors</c>, <c>.vendor</c> or
    /// <c>.source</c>, the first that is there. Source: OCI image-spec, annotations.md.</summary>
    public string? Writer =>
        AnnotationKeys.Writers.Select(k => Annotations.GetValueOrDefault(k)).FirstOrDefault(w => !string.IsNullOrEmpty(w));

    /// <summary>The annotations of the manifest, where some writers name themselves. BuildKit and this library write none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The keys of folders that were saved in the tag, the newest first.</summary>
    public IReadOnlyList<FolderKey> Keys { get; init; } = [];

    /// <summary>The tag on one line, for a person.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}: {Records} records, {Layers} layers, {Size} bytes");
}
