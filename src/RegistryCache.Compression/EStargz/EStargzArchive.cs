using RegistryCache.Compression.EStargz;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Compression;

/// <summary>Reads single files of an estargz blob without fetching all of it: only the footer, the table of contents and the chunks of the
/// file. The table of contents is verified against the layer's descriptor, and each chunk before any of it is returned.</summary>
/// <remarks>Immutable after opening. As thread-safe as the reader of the blob. Format: stargz-snapshotter docs/estargz.md.</remarks>
public sealed class EStargzArchive : ILayerFiles
{
    private const string MaxTocBytes = $"{nameof(CompressionOptions)}.{nameof(CompressionOptions.MaxEStargzTocBytes)}";

    private readonly ByteRangeReader _blob;
    private readonly IReadOnlyList<EStargzEntry> _entries;
    private readonly Dictionary<string, EStargzEntry> _byPath = new(StringComparer.Ordinal);

    private EStargzArchive(ByteRangeReader blob, IReadOnlyList<EStargzEntry> entries)
    {
        _blob = blob;
        _entries = entries;
        Entries = [.. entries.Select(e => e.Entry)];

        // When a path is listed twice the later entry counts, as it does when a tar is unpacked.
        foreach (var entry in entries)
            _byPath[entry.Entry.Path] = entry;
    }

    /// <summary>All entries in the order of the tar. Sparse files are not among them. A path is cleaned: no leading slash, no <c>.</c> or
    /// <c>..</c>. A whiteout is a file here. A time that is not stated is <see cref="CacheTime.Zero"/>.</summary>
    public IReadOnlyList<LayerEntry> Entries { get; }

    /// <summary>Whether a descriptor has the digest of a table of contents, in the annotation
    /// <c>containerd.io/snapshot/stargz/toc.digest</c>.</summary>
    /// <param name="layer">The layer's descriptor.</param>
    public static bool IsAnnounced(Descriptor layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Annotations.ContainsKey(AnnotationKeys.StargzTocDigest);
    }

    /// <summary>Opens a blob: reads its footer and its table of contents.</summary>
    /// <param name="layer">The layer's descriptor, for which <see cref="IsAnnounced"/> is true.</param>
    /// <param name="blob">The blob. It must stay open while files are read. The caller disposes it.</param>
    /// <param name="options">Limits, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">The blob is not estargz, or its table of contents is malformed, or the descriptor has no
    /// digest of it.</exception>
    /// <exception cref="ContentMismatchException">The table of contents is not the one that the descriptor promises.</exception>
    /// <exception cref="LimitExceededException">The table of contents exceeds a limit.</exception>
    public static async Task<EStargzArchive> OpenAsync(
        Descriptor layer, ByteRangeReader blob, CompressionOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(blob);
        options ??= new CompressionOptions();
        return await TryOpenAsync(layer, blob, options, cancellationToken).ConfigureAwait(false) ?? throw Corrupt(
            $"Layer {layer.Digest} does not end with an estargz footer, so its files cannot be read one by one. Read it as a whole.");
    }

    /// <summary>Opens a blob; <see langword="null"/> when it does not end with the footer of estargz.</summary>
    internal static async Task<EStargzArchive?> TryOpenAsync(
        Descriptor layer, ByteRangeReader blob, CompressionOptions options, CancellationToken cancellationToken)
    {
        var expected = ExpectedTocDigest(layer, options);
        var tail = await new LayerProbe(layer, blob).ReadTailAsync(cancellationToken).ConfigureAwait(false);
        if (EStargzFormat.ReadFooter(tail.Span, blob.Length) is not var (tocOffset, footerLength))
            return null;
        var json = await ReadTocAsync(blob, tocOffset, blob.Length - footerLength, options, cancellationToken).ConfigureAwait(false);
        var actual = DigestHasher.Of(DigestAlgorithm.Sha256, json);
        if (expected is { } promised && promised != actual)
            throw Mismatch($"table of contents of layer {layer.Digest}", promised, actual);
        return new EStargzArchive(blob, new TocReader(options, tocOffset).Read(json));
    }

    /// <summary>The entry at a path, or <see langword="null"/>.</summary>
    /// <param name="path">The path; a leading slash, <c>.</c> and <c>..</c> are resolved within the blob.</param>
    public LayerEntry? Find(string path) => EntryAt(path)?.Entry;

    /// <summary>The digest of a file's content; <see langword="null"/> when there is no such file, or the table of contents does not state
    /// it.</summary>
    /// <param name="path">The path, as for <see cref="Find"/>.</param>
    public Digest? FindDigest(string path) => EntryAt(path)?.ContentDigest;

    /// <summary>Opens a file; hard links are followed, symbolic links are not.</summary>
    /// <param name="path">The path, as for <see cref="Find"/>.</param>
    /// <returns>The content, fetched chunk by chunk as it is read.</returns>
    /// <exception cref="ContentNotFoundException">There is no such entry.</exception>
    /// <exception cref="RegistryCacheException">The entry is not a file. The stream throws it when a chunk cannot be decoded.</exception>
    /// <exception cref="ContentMismatchException">Thrown by the stream: a chunk has another digest than the table says.</exception>
    public Stream OpenFile(string path)
    {
        var found = EntryAt(path);

        // Links may lead in a circle; there cannot be more steps than entries.
        for (var steps = 0; found?.Entry.Kind == LayerEntryKind.HardLink && steps <= Entries.Count; steps++)
            found = EntryAt(found.Entry.LinkTarget);
        if (found is not { Entry: var entry })
            throw new ContentNotFoundException($"'{path}'", "the layer's table of contents");
        if (entry.Kind != LayerEntryKind.File)
        {
            var to = entry.LinkTarget.Length > 0 ? $" to '{entry.LinkTarget}'" : "";
            throw new LayerFormatException(
                RegistryCacheErrorCode.InvalidTar, $"'{entry.Path}' is a {entry.Kind}{to}, not a file. Only files have content.");
        }

        return new ChunkStream(this, found);
    }

    /// <summary>Reads and verifies every chunk and the digest of every file. The digest of the blob itself is not checked.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ContentMismatchException">A chunk or file does not have the digest in the table of contents.</exception>
    /// <exception cref="RegistryCacheException">A chunk cannot be decoded.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken = default)
    {
        using var hash = new DigestHasher(DigestAlgorithm.Sha256);
        foreach (var file in _entries.Where(e => e.Entry.Kind == LayerEntryKind.File))
        {
            // The only chunk of a file has the file's digest, so its bytes are not hashed again.
            Digest? known = file.Chunks is [{ Digest: { Algorithm: DigestAlgorithm.Sha256 } digest }] ? digest : null;
            foreach (var chunk in file.Chunks)
            {
                var content = await ReadChunkAsync(file, chunk, cancellationToken).ConfigureAwait(false);
                if (known is null)
                    hash.Append(content.Span);
            }

            var actual = known ?? hash.Finish();
            if (file.ContentDigest is { Algorithm: DigestAlgorithm.Sha256 } expected && expected != actual)
                throw Mismatch($"file '{file.Entry.Path}'", expected, actual);
        }
    }

    internal async ValueTask<ReadOnlyMemory<byte>> ReadChunkAsync(
        EStargzEntry file, EStargzChunk chunk, CancellationToken cancellationToken)
    {
        var content = new byte[chunk.Length];
        try
        {
            // The headers of other entries follow the chunk in its member. They are not read, so the member's checksum is not checked. The
            // digest of the chunk is stronger.
            var member = new GzipDecodeStream(new RangeStream(_blob.ReadAsync, chunk.Offset, chunk.End));
            await using (member.ConfigureAwait(false))
            {
                await StreamSkip.ForwardAsync(member, chunk.InnerOffset, cancellationToken).ConfigureAwait(false);
                await member.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is LayerFormatException or EndOfStreamException)
        {
            throw Corrupt(
                $"The chunk of '{file.Entry.Path}' at byte {chunk.Offset} of the blob is corrupt or cut off. Fetch the layer again.", e);
        }

        var actual = DigestHasher.Of(chunk.Digest.Algorithm, content);
        if (actual != chunk.Digest)
            throw Mismatch($"chunk at {chunk.FileOffset} of file '{file.Entry.Path}'", chunk.Digest, actual);
        return content;
    }

    private EStargzEntry? EntryAt(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _byPath.GetValueOrDefault(TocEntryReader.CleanName(path));
    }

    private static Digest? ExpectedTocDigest(Descriptor layer, CompressionOptions options)
    {
        if (layer.Annotations.TryGetValue(AnnotationKeys.StargzTocDigest, out var text))
            return Digest.Parse(text);
        if (!options.RequireEStargzTocDigest)
            return null;
        throw Corrupt(
            $"The descriptor of layer {layer.Digest} has no annotation {AnnotationKeys.StargzTocDigest}, so single files cannot be "
                + "verified. Read the layer as a whole, or allow it with CompressionOptions.RequireEStargzTocDigest.");
    }

    private static async Task<byte[]> ReadTocAsync(
        ByteRangeReader blob, long tocOffset, long end, CompressionOptions options, CancellationToken cancellationToken)
    {
        var tar = new GzipDecodeStream(new RangeStream(blob.ReadAsync, tocOffset, end));
        await using (tar.ConfigureAwait(false))
        {
            if (await TocLocation.ReadLengthAsync(tar, cancellationToken).ConfigureAwait(false) is not { } length)
                throw Corrupt("The estargz footer does not point to a table of contents. Read the layer as a whole.");
            if (length > options.MaxEStargzTocBytes)
                throw new LimitExceededException("The estargz table of contents", MaxTocBytes, options.MaxEStargzTocBytes, length);

            // Grows with what arrives, so that a stated length alone costs nothing.
            var json = await BoundedRead.ToArrayAsync(
                new StreamSlice(tar, length), length, "The estargz table of contents", MaxTocBytes, cancellationToken)
                .ConfigureAwait(false);
            return json.Length == length ? json : throw Corrupt("The estargz table of contents is cut off. Fetch the layer again.");
        }
    }

    private static ContentMismatchException Mismatch(string what, Digest expected, Digest actual) =>
        new(RegistryCacheErrorCode.DigestMismatch, what, expected.ToString(), actual.ToString());

    private static LayerFormatException Corrupt(string message, Exception? cause = null) =>
        new(RegistryCacheErrorCode.CorruptLayer, message, cause);
}
