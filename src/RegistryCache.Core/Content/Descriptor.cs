using System.Collections.Immutable;
using System.Globalization;
using RegistryCache.Core.Content;

namespace RegistryCache;

/// <summary>Describes a blob or manifest. Immutable; equal when all members are. Source: OCI image-spec, descriptor.md.</summary>
public sealed class Descriptor : IEquatable<Descriptor>
{
    private static readonly ImmutableSortedDictionary<string, string> NoAnnotations =
        ImmutableSortedDictionary.Create<string, string>(Utf8ByteOrder.Instance);

    /// <summary>Creates a descriptor.</summary>
    /// <param name="mediaType">The media type; empty when unknown.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="size">The size in bytes, 0 or more.</param>
    /// <exception cref="ArgumentException">The digest is <see langword="default"/> or the size is negative.</exception>
    public Descriptor(string mediaType, Digest digest, long size)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        MediaType = mediaType;
        Digest = digest;
        Size = size;
    }

    private Descriptor(Descriptor other)
    {
        MediaType = other.MediaType;
        Digest = other.Digest;
        Size = other.Size;
        Annotations = other.Annotations;
        Urls = other.Urls;
        Data = other.Data;
        FullPlatform = other.FullPlatform;
        ArtifactType = other.ArtifactType;
    }

    /// <summary>The media type; empty when unknown.</summary>
    public string MediaType { get; private init; }

    /// <summary>The digest of the content.</summary>
    public Digest Digest { get; }

    /// <summary>The size of the content in bytes.</summary>
    public long Size { get; }

    /// <summary>Annotations in byte order of their keys, as they are serialised.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; private init; } = NoAnnotations;

    /// <summary>Other places that offer the content. This library never fetches from them.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>The content itself, embedded, or empty.</summary>
    public ImmutableArray<byte> Data { get; init; } = [];

    /// <summary>The platform of an index entry, as <c>linux/arm64/v8</c>, or <see langword="null"/>.</summary>
    public string? Platform => FullPlatform?.ToString();

    /// <summary>The artifact type, or <see langword="null"/>.</summary>
    public string? ArtifactType { get; init; }

    internal Platform? FullPlatform { get; init; }

    /// <summary>The same descriptor with another media type.</summary>
    /// <param name="mediaType">The media type.</param>
    public Descriptor WithMediaType(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        return mediaType == MediaType ? this : new Descriptor(this) { MediaType = mediaType };
    }

    /// <summary>The same descriptor with one annotation set.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public Descriptor WithAnnotation(string key, string value) => new(this) { Annotations = Annotations.SetItem(key, value) };

    /// <summary>The same descriptor with exactly these annotations.</summary>
    /// <param name="annotations">The annotations.</param>
    public Descriptor WithAnnotations(IEnumerable<KeyValuePair<string, string>> annotations) =>
        new(this) { Annotations = NoAnnotations.AddRange(annotations) };

    /// <inheritdoc/>
    public bool Equals(Descriptor? other) =>
        other is not null
        && Digest == other.Digest
        && Size == other.Size
        && MediaType == other.MediaType
        && ArtifactType == other.ArtifactType
        && Annotations.SequenceEqual(other.Annotations)
        && Urls.SequenceEqual(other.Urls)
        && Data.SequenceEqual(other.Data)
        && PlatformsEqual(FullPlatform, other.FullPlatform);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Descriptor);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Digest, Size, MediaType);

    /// <summary>Media type, digest and size, for a person.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MediaType} {Digest} ({Size} bytes)");

    private static bool PlatformsEqual(Platform? a, Platform? b) =>
        a is null || b is null
            ? a is null && b is null
            : a.Architecture == b.Architecture && a.OS == b.OS && a.OSVersion == b.OSVersion && a.Variant == b.Variant
              && a.OSFeatures.SequenceEqual(b.OSFeatures);
}
