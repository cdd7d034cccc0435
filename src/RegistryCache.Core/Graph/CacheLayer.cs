using RegistryCache.Core.Content;

namespace RegistryCache;

/// <summary>One layer blob: what it is and where its bytes come from. Immutable.</summary>
public sealed class CacheLayer
{
    /// <summary>Creates a layer.</summary>
    /// <param name="descriptor">Media type, blob digest, blob size and annotations.</param>
    /// <param name="content">The blob's bytes, opened only when they are needed.</param>
    public CacheLayer(Descriptor descriptor, BlobSource content)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        Descriptor = descriptor;
        Content = content;
    }

    /// <summary>Media type, blob digest, blob size and annotations.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The blob's bytes.</summary>
    public BlobSource Content { get; }

    /// <summary>How this process encoded the layer: the name of the compression, and the level; <see langword="null"/> if it came from
    /// elsewhere.</summary>
    internal (string Compression, int? Level)? MadeAs { get; init; }

    /// <summary>The blob's digest.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>The diffID from <c>containerd.io/uncompressed</c>, or <see langword="null"/> when absent or malformed.</summary>
    public Digest? DiffId =>
        Descriptor.Annotations.TryGetValue(AnnotationKeys.Uncompressed, out var text) && Digest.TryParse(text, out var digest)
            ? digest
            : null;

    /// <summary>The text of <c>containerd.io/uncompressed</c> if it is malformed. BuildKit cannot load such a layer.</summary>
    public string? MalformedDiffId =>
        Descriptor.Annotations.TryGetValue(AnnotationKeys.Uncompressed, out var text) && !Digest.TryParse(text, out _) ? text : null;

    /// <summary>The time from <c>buildkit/createdat</c>, or <see langword="null"/> when absent or malformed.</summary>
    public CacheTime? CreatedAt =>
        Descriptor.Annotations.TryGetValue(AnnotationKeys.CreatedAt, out var text) && CacheTime.TryParse(text, out var time) ? time : null;

    /// <summary>The descriptor, for a person.</summary>
    public override string ToString() => Descriptor.ToString();
}
