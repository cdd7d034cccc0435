using System.Security.Cryptography;
using RegistryCache.Core.Content;
using RegistryCache.Fixtures.Content;

namespace RegistryCache.Fixtures.Contracts;

/// <summary>What a store promises in addition if blobs pass through it without being held in memory.</summary>
public abstract class StreamingContentStoreContract : ContentStoreContract
{
    /// <summary>The most that pushing and reading <see cref="LargeBlobBytes"/> may allocate in total, servers in this process included.</summary>
    protected virtual long MaxAllocatedBytes => 64L << 20;

    /// <summary>The size of the blob that shows that memory stays flat.</summary>
    protected virtual long LargeBlobBytes => 256L << 20;

    [Test]
    [Category("Slow")]
    public async Task Memory_stays_flat_for_a_large_blob()
    {
        var source = BlobSource.FromDelegate(
            _ => ValueTask.FromResult<Stream>(new GeneratedStream(LargeBlobBytes, 3)), LargeBlobBytes);
        Digest digest;
        await using (var content = await source.OpenReadAsync(CancellationToken.None))
            digest = Digest.FromHash(DigestAlgorithm.Sha256, await SHA256.HashDataAsync(content));
        var descriptor = new Descriptor(MediaTypes.OciLayer, digest, LargeBlobBytes);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await Store.PushBlobAsync(descriptor, source, null, CancellationToken.None);
        await using (var stream = await Store.OpenBlobAsync(descriptor, CancellationToken.None))
            await stream.CopyToAsync(Stream.Null);

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(MaxAllocatedBytes));
    }
}
