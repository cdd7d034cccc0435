using System.Text;
using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Contracts;

/// <summary>Stores that each do one thing wrong, and a word of the rules that must say so.</summary>
internal static class BrokenStores
{
    public static IEnumerable<(string Mistake, Func<InMemoryContentStore, BrokenStore> Create, string[] Rules)> All =>
    [
        ("has no name", m => new(m) { Name = "" }, ["The store has a name for people"]),
        ("finds every blob", m => new(m) { Find = async (d, ct) => await m.FindBlobAsync(d, ct) ?? 7 }, ["An absent blob is not found", "A source with other bytes is refused"]),
        ("throws an error of its own for absent blobs", m => new(m)
        {
            Open = async (d, ct) => await m.FindBlobAsync(d.Digest, ct) is null ? throw new FileNotFoundException("no such file") : await m.OpenBlobAsync(d, ct),
            OpenRanges = async (d, ct) => await m.FindBlobAsync(d.Digest, ct) is null ? throw new FileNotFoundException("no such file") : await m.OpenBlobRangesAsync(d, ct),
        }, ["Opening an absent blob names the blob and the store", "Ranges of an absent blob are not found"]),
        ("loses the last byte without an error", m => new(m) { Open = (d, ct) => ReadAsync(m, d, bytes => bytes[..^Math.Min(1, bytes.Length)], ct) },
            ["A blob of the length 1 comes back as it was pushed", "A blob of the length 65536 comes back as it was pushed", "A source of unknown length is pushed"]),
        ("does not start at the start", m => new(m) { Open = (d, ct) => ReadAsync(m, d, bytes => bytes.Length > 2 ? bytes[2..] : bytes, ct) },
            ["A blob of the length 65535 comes back as it was pushed", "A blob of the length 65537 comes back as it was pushed", "A blob of the length 1048575 comes back as it was pushed", "A blob of the length 1048576 comes back as it was pushed", "A blob of the length 1048577 comes back as it was pushed", "A blob of the length 5242880 comes back as it was pushed"]),
        ("swaps two bytes", m => new(m) { Open = (d, ct) => ReadAsync(m, d, bytes => bytes.Length == 2 ? [bytes[1], bytes[0]] : bytes, ct) },
            ["A blob of the length 2 comes back as it was pushed"]),
        ("takes an empty blob for an absent one", m => new(m) { Find = async (d, ct) => await m.FindBlobAsync(d, ct) is > 0 and var size ? size : null }, ["A blob without bytes comes back"]),
        ("knows SHA-256 only", m => new(m) { Push = (d, s, p, ct) => d.Digest.AlgorithmName == "sha256" ? m.PushBlobAsync(d, s, p, ct) : throw new NotSupportedException("sha256 only") },
            ["Every digest algorithm of the store works"]),
        ("looks at the media type", m => new(m) { Open = (d, ct) => d.MediaType == "text/plain" ? throw new InvalidDataException("not a layer") : m.OpenBlobAsync(d, ct) },
            ["The media type of a blob does not count"]),
        ("always uploads", m => new(m) { Push = async (d, s, p, ct) => { m.RemoveBlob(d.Digest); return await m.PushBlobAsync(d, s, p, ct); } },
            ["A second push finds the blob and does not open the source"]),
        ("needs to know the length", m => new(m) { Push = (d, s, p, ct) => s.Length is null ? throw new NotSupportedException("no length") : m.PushBlobAsync(d, s, p, ct) },
            ["A source of unknown length is pushed"]),
        ("stores without a look", m => new(m) { Push = (d, s, p, ct) => TrustAsync(m, d, s, ct) },
            ["A source with other bytes is refused", "A source that ends after 399999 of 400000 bytes is refused", "A source that ends after 1 of 400000 bytes is refused", "A source that ends after 0 of 400000 bytes is refused",
             "A source that is too long is refused", "A source that admits to have another length is refused"]),
        ("takes one push at a time", OneAtATime, ["One blob is pushed from many places at once", "Many blobs are pushed and read at once"]),
        ("reports no progress", m => new(m) { Push = (d, s, _, ct) => m.PushBlobAsync(d, s, null, ct) }, ["Progress ends at the size of the blob"]),
        ("cannot be left in the middle", m => new(m) { Open = async (d, ct) => new Clingy(await m.OpenBlobAsync(d, ct)) }, ["A blob stream may be left before its end"]),
        ("ignores offsets", m => new(m) { OpenRanges = async (d, ct) => new FromTheStart(await m.OpenBlobRangesAsync(d, ct)) }, ["Ranges of a blob are read"]),
        ("does not compare sizes", m => new(m) { OpenRanges = async (d, ct) => await m.OpenBlobRangesAsync(new Descriptor(d.MediaType, d.Digest, await m.FindBlobAsync(d.Digest, ct) ?? d.Size), ct) },
            ["A blob that is larger than promised is refused", "A blob that is smaller than promised is refused"]),
        ("hides the error of a source", m => new(m) { Push = async (d, s, p, ct) => { try { return await m.PushBlobAsync(d, s, p, ct); } catch (InvalidDataException) { throw new IOException("the push failed"); } } },
            ["A source that fails in the middle leaves nothing and can be pushed later"]),
        ("ignores cancellation", m => new(m) { Push = (d, s, p, _) => m.PushBlobAsync(d, s, p, CancellationToken.None) }, ["Cancelling a push in the middle leaves nothing", "A cancelled token ends every call"]),
        ("hands out what was pushed once", Remembering, ["A blob that was damaged in the store is refused", "A store that does not verify hands out what it holds"]),
        ("does not verify manifests", Unverified, ["A manifest that was damaged in the store is refused"]),
        ("throws for an absent tag", m => new(m) { Fetch = async (r, max, ct) => await m.FetchManifestAsync(r, max, ct) ?? throw new KeyNotFoundException("no tag") }, ["An absent tag or digest is a miss"]),
        ("prints manifests again", m => new(m) { Fetch = async (r, max, ct) => await m.FetchManifestAsync(r, max, ct) is { } found ? Printed(found) : null },
            ["A manifest of type application/vnd.oci.image.manifest.v1+json comes back byte for byte by tag and by digest",
             "A manifest of type application/vnd.oci.image.index.v1+json comes back byte for byte by tag and by digest",
             "A manifest of type application/vnd.docker.distribution.manifest.v2+json comes back byte for byte by tag and by digest",
             "A manifest of type application/vnd.docker.distribution.manifest.list.v2+json comes back byte for byte by tag and by digest"]),
        ("tags what has no tag", m => new(m) { PushManifest = (c, tag, ct) => m.PushManifestAsync(c, tag ?? "latest", ct) }, ["A manifest without a tag is found by its digest only"]),
        ("never moves a tag", m => new(m) { PushManifest = (c, tag, ct) => m.PushManifestAsync(c, tag is not null && m.Tags.ContainsKey(tag) ? null : tag, ct) }, ["A tag moves and the old manifest stays"]),
        ("keeps one tag for a manifest", OneTag, ["One manifest may have two tags"]),
        ("refuses a manifest that is there", m => new(m) { PushManifest = (c, tag, ct) => m.ManifestDigests.Contains(c.Descriptor.Digest) ? throw new InvalidOperationException("exists") : m.PushManifestAsync(c, tag, ct) },
            ["Pushing the same manifest again changes nothing"]),
        ("ignores case", m => new(m)
        {
            PushManifest = (c, tag, ct) => m.PushManifestAsync(c, tag?.ToLowerInvariant(), ct),
            Fetch = (r, max, ct) => m.FetchManifestAsync(r.Tag is { } tag ? ManifestReference.ByTag(tag.ToLowerInvariant()) : r, max, ct),
        }, ["Tags differ by case"]),
        ("loses a tag among several", m => new(m) { PushManifest = (c, tag, ct) => m.PushManifestAsync(c, tag == "tag5" ? null : tag, ct) }, ["Tags pushed at once are all there"]),
        ("reads manifests of any size", m => new(m) { Fetch = (r, _, ct) => m.FetchManifestAsync(r, long.MaxValue, ct) }, ["A manifest larger than allowed is refused"]),
        ("always says that it deleted", m => new(m) { Delete = async r => { await m.DeleteManifestAsync(r); return true; } }, ["A deleted tag is gone and the manifest stays", "A manifest is deleted with all tags on it"]),
        ("removes a tag wherever it points", m => new(m) { Remove = async (tag, d) => tag is null ? (ManifestRemoval.Refused, null) : (await m.DeleteManifestAsync(ManifestReference.ByTag(tag)) ? ManifestRemoval.Deleted : ManifestRemoval.Absent, null) },
            ["A tag is removed only while it points to the manifest that was seen"]),
        ("moves a tag although the condition failed", m => new(m) { TryPush = async (c, tag, _) => { await m.PushManifestAsync(c, tag); return false; } },
            ["A tag that somebody else has moved stays", "A tag that is gone is not set by somebody who saw it", "A tag that nobody has set is set", "A tag that is where it was seen is moved"]),
        ("lets every writer win", m => new(m) { TryPush = async (c, tag, _) => { await m.PushManifestAsync(c, tag); return true; } }, ["Of writers who saw the same state one wins"]),
        ("reads blobs many times over", m => new(m) { Open = (d, ct) => ReadAsync(m, d, bytes => Enumerable.Range(0, 20).Aggregate(bytes, (copy, _) => [.. copy]), ct) },
            ["Memory stays within its limit for a large blob"]),
    ];

    private static async Task<Stream> ReadAsync(IContentStore store, Descriptor descriptor, Func<byte[], byte[]> change, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenBlobAsync(descriptor, cancellationToken);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return new MemoryStream(change(content.ToArray()));
    }

    private static async Task<(BlobPushOutcome Outcome, long BytesSent)> TrustAsync(InMemoryContentStore store, Descriptor descriptor, BlobSource source, CancellationToken cancellationToken)
    {
        await using var stream = await source.OpenReadAsync(cancellationToken);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        store.OverwriteBlob(descriptor.Digest, content.ToArray());
        return (BlobPushOutcome.Uploaded, content.Length);
    }

    // Every push waits until another one has begun, or a moment has passed, so that pushes at once meet.
    private static BrokenStore OneAtATime(InMemoryContentStore memory)
    {
        var running = 0;
        return new BrokenStore(memory)
        {
            Push = async (d, s, p, ct) =>
            {
                try
                {
                    if (Interlocked.Increment(ref running) > 1)
                        throw new InvalidOperationException("another push is under way");
                    return await memory.PushBlobAsync(d, new Slow(s), p, ct);
                }
                finally
                {
                    Interlocked.Decrement(ref running);
                }
            },
        };
    }

    private static BrokenStore Remembering(InMemoryContentStore memory)
    {
        var first = new InMemoryContentStore();
        return new BrokenStore(memory)
        {
            Push = async (d, s, p, ct) =>
            {
                await first.PushBlobAsync(d, s, null, ct);
                return await memory.PushBlobAsync(d, s, p, ct);
            },
            Open = first.OpenBlobAsync,
        };
    }

    private static BrokenStore Unverified(InMemoryContentStore memory)
    {
        var first = new InMemoryContentStore();
        return new BrokenStore(memory)
        {
            PushManifest = async (c, tag, ct) =>
            {
                await first.PushManifestAsync(c, tag, ct);
                await memory.PushManifestAsync(c, tag, ct);
            },
            Fetch = first.FetchManifestAsync,
        };
    }

    private static BrokenStore OneTag(InMemoryContentStore memory) => new(memory)
    {
        PushManifest = async (c, tag, ct) =>
        {
            foreach (var (other, _) in memory.Tags.Where(t => tag is not null && t.Value == c.Descriptor.Digest))
                memory.RemoveTag(other);
            await memory.PushManifestAsync(c, tag, ct);
        },
    };

    private static ManifestContent Printed(ManifestContent manifest) => new(
        manifest.Descriptor.MediaType, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest.Bytes.Span).Replace(", ", ",", StringComparison.Ordinal)));

    private sealed class Slow(BlobSource inner) : BlobSource
    {
        public override long? Length => inner.Length;

        public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
        {
            for (var i = 0; i < 1000; i++)
                await Task.Yield();
            return await inner.OpenReadAsync(cancellationToken);
        }
    }

    private sealed class FromTheStart(ByteRangeReader inner) : ByteRangeReader
    {
        public override long Length => inner.Length;

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(0, buffer, cancellationToken);
    }

    private sealed class Clingy(Stream inner) : MemoryStream(Read(inner))
    {
        public override ValueTask DisposeAsync() =>
            Position < Length ? throw new InvalidOperationException("read me to the end") : base.DisposeAsync();

        private static byte[] Read(Stream stream)
        {
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
    }
}
