using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing;

/// <summary>What one repository of a <see cref="TestRegistry"/> has, to look at and to change without a request. Thread-safe.</summary>
public sealed class TestRepository
{
    private readonly RegistryStorage _storage;

    internal TestRepository(RegistryStorage storage, string name)
    {
        _storage = storage;
        Name = name;
    }

    /// <summary>The name, for example <c>acme/app</c>.</summary>
    public string Name { get; }

    /// <summary>The sizes of the blobs in bytes, by digest. A copy.</summary>
    public IReadOnlyDictionary<string, long> Blobs =>
        Content.Blobs.ToDictionary(static b => b.Key, static b => b.Value.Length, StringComparer.Ordinal);

    /// <summary>The media types of the manifests and indexes, by digest. A copy.</summary>
    public IReadOnlyDictionary<string, string> Manifests =>
        Content.Manifests.ToDictionary(static m => m.Key, static m => m.Value.MediaType, StringComparer.Ordinal);

    /// <summary>The digests of the manifests that the tags point to, by tag. A copy.</summary>
    public IReadOnlyDictionary<string, string> Tags => Content.Tags.ToDictionary(StringComparer.Ordinal);

    private RepositoryContent Content => _storage.Repositories.Read(Name);

    /// <summary>The bytes of a blob, or <see langword="null"/> if it is not there.</summary>
    /// <param name="digest">Its digest.</param>
    public byte[]? ReadBlob(string digest) => Content.Blobs.GetValueOrDefault(digest)?.ReadAll();

    /// <summary>The bytes of a manifest, or <see langword="null"/> if it is not there.</summary>
    /// <param name="digestOrTag">Its digest, or a tag.</param>
    public byte[]? ReadManifest(string digestOrTag)
    {
        var content = Content;
        return content.Manifests.GetValueOrDefault(content.Tags.GetValueOrDefault(digestOrTag, digestOrTag))?.Content.ReadAll();
    }

    /// <summary>Puts a blob into the repository.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="digest">The digest to find it under. It may be wrong, so that a test has damaged content. Default: the right
    /// one.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="RegistryCacheException"><paramref name="digest"/> is not a digest.</exception>
    public string PutBlob(ReadOnlyMemory<byte> content, string? digest = null)
    {
        var key = digest is null ? Digest.OfBytes(content.Span) : Digest.Parse(digest);
        using var ingest = Take(content);
        _storage.AddBlob(Name, key, ingest);
        return key.ToString();
    }

    /// <summary>Puts a manifest or an index into the repository. Nobody checks what it refers to.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="mediaType">The media type.</param>
    /// <param name="tag">A tag for it. Default: none.</param>
    /// <param name="digest">The digest to find it under. It may be wrong. Default: the right one.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="RegistryCacheException"><paramref name="digest"/> is not a digest.</exception>
    public string PutManifest(ReadOnlyMemory<byte> content, string mediaType, string? tag = null, string? digest = null)
    {
        var key = digest is null ? Digest.OfBytes(content.Span) : Digest.Parse(digest);
        using var ingest = Take(content);
        _storage.AddManifest(Name, key, mediaType, ingest, tag);
        return key.ToString();
    }

    /// <summary>Lets a tag point to a digest, whether or not there is such a manifest.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="digest">The digest.</param>
    public void Tag(string tag, string digest) => _storage.SetTag(Name, tag, digest);

    /// <summary>Removes a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Whether it was there.</returns>
    public bool RemoveTag(string tag) => _storage.RemoveTag(Name, tag);

    /// <summary>Removes a blob.</summary>
    /// <param name="digest">Its digest.</param>
    /// <returns>Whether it was there.</returns>
    public bool RemoveBlob(string digest) => _storage.RemoveBlob(Name, digest);

    /// <summary>Removes a manifest and the tags that point to it.</summary>
    /// <param name="digest">Its digest.</param>
    /// <returns>Whether it was there.</returns>
    public bool RemoveManifest(string digest) => _storage.RemoveManifest(Name, digest);

    private Ingest Take(ReadOnlyMemory<byte> content)
    {
        var ingest = _storage.Begin();

        // A vault in memory is done at once, and a test that prepares a directory may wait for it.
        ingest.AppendAsync(content).AsTask().GetAwaiter().GetResult();
        return ingest;
    }
}
