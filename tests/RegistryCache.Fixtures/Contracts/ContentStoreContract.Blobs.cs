using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;

namespace RegistryCache.Fixtures.Contracts;

public abstract partial class ContentStoreContract
{
    [Test]
    public async Task An_absent_blob_is_not_found()
    {
        var blob = TestBlob.Create(10);

        Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.Null);
    }

    [Test]
    public void Opening_an_absent_blob_names_the_blob_and_the_store()
    {
        var blob = TestBlob.Create(10);

        var error = Assert.ThrowsAsync<ContentNotFoundException>(() => Store.OpenBlobAsync(blob.Descriptor, CancellationToken.None));

        Assert.That(error!.Message, Does.Contain(blob.Digest.ToString()));
        Assert.That(error.Store, Is.Not.Empty);
        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.ContentNotFound));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(65537)]
    [TestCase(5 * 1024 * 1024)]
    public async Task A_blob_comes_back_as_it_was_pushed(int length)
    {
        var blob = TestBlob.Create(length);

        var result = await Store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        Assert.That(result, Is.EqualTo((BlobPushOutcome.Uploaded, length)));
        Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(length));
        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task A_blob_without_bytes_comes_back()
    {
        var blob = TestBlob.Create(0);

        await PushAsync(blob);

        Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.Zero);
        Assert.That(await ReadAsync(blob.Descriptor), Is.Empty);
    }

    [Test]
    public async Task Every_digest_algorithm_of_the_store_works()
    {
        foreach (var algorithm in Algorithms)
        {
            var blob = TestBlob.Create(1000, 7, algorithm);

            await PushAsync(blob);

            Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(1000), algorithm.ToString());
            Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes), algorithm.ToString());
        }
    }

    [Test]
    public async Task The_media_type_of_a_blob_does_not_count()
    {
        var blob = TestBlob.Create(100);
        await PushAsync(blob);

        Assert.That(await ReadAsync(blob.Descriptor.WithMediaType("")), Same.BytesAs(blob.Bytes));
        Assert.That(await ReadAsync(blob.Descriptor.WithMediaType("text/plain")), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task A_second_push_finds_the_blob_and_does_not_open_the_source()
    {
        var blob = TestBlob.Create(1000);
        await PushAsync(blob);
        var source = new ScriptedBlobSource(blob.Bytes);

        var result = await Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None);

        Assert.That(result, Is.EqualTo((BlobPushOutcome.AlreadyPresent, 0)));
        Assert.That(source.Opened, Is.Zero);
    }

    [Test]
    public async Task A_source_of_unknown_length_is_pushed()
    {
        var blob = TestBlob.Create(200_000);
        var source = BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(new MemoryStream(blob.Bytes, writable: false)));

        await Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None);

        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Pushing_one_blob_from_many_places_at_once_works()
    {
        var blob = TestBlob.Create(300_000);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None))));

        Assert.That(results.Select(r => r.Outcome), Has.Some.EqualTo(BlobPushOutcome.Uploaded));
        Assert.That(results.Select(r => r.Outcome), Has.None.EqualTo(BlobPushOutcome.Mounted));
        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Many_blobs_are_pushed_and_read_at_once()
    {
        var blobs = Enumerable.Range(0, 16).Select(i => TestBlob.Create(50_000 + i, i)).ToList();

        await Task.WhenAll(blobs.Select(b => Task.Run(() => PushAsync(b))));
        var read = await Task.WhenAll(blobs.Select(b => Task.Run(() => ReadAsync(b.Descriptor))));

        Assert.That(read, Is.EqualTo(blobs.Select(b => b.Bytes)));
    }

    [Test]
    public async Task Progress_ends_at_the_size_of_the_blob()
    {
        var blob = TestBlob.Create(1_000_000);
        var progress = new RecordedProgress<TransferProgress>();

        await Store.PushBlobAsync(blob.Descriptor, blob.Source, progress, CancellationToken.None);

        Assert.That(progress.Reports, Is.Not.Empty);
        Assert.That(progress.Reports[^1], Is.EqualTo(new TransferProgress(blob.Descriptor, 1_000_000)));
        Assert.That(progress.Reports.Select(r => r.BytesDone), Is.Ordered.And.All.InRange(0, 1_000_000));
    }

    [Test]
    public async Task A_blob_stream_may_be_left_before_its_end()
    {
        var blob = TestBlob.Create(1_000_000);
        await PushAsync(blob);

        await using (var stream = await Store.OpenBlobAsync(blob.Descriptor, CancellationToken.None))
            Assert.That(await stream.ReadAsync(new byte[10]), Is.GreaterThan(0));

        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Ranges_of_a_blob_are_read()
    {
        var blob = TestBlob.Create(100_000);
        await PushAsync(blob);

        await using var reader = await Store.OpenBlobRangesAsync(blob.Descriptor, CancellationToken.None);

        Assert.That(reader.Length, Is.EqualTo(100_000));
        Assert.That(await RangeAsync(reader, 0, 10), Same.BytesAs(blob.Bytes[..10]));
        Assert.That(await RangeAsync(reader, 70_000, 20_000), Same.BytesAs(blob.Bytes[70_000..90_000]));
        Assert.That(await RangeAsync(reader, 3, 5), Same.BytesAs(blob.Bytes[3..8]), "backwards");
        Assert.That(await RangeAsync(reader, 99_999, 1), Same.BytesAs(blob.Bytes[^1..]));
        Assert.That(await RangeAsync(reader, 99_990, 100), Same.BytesAs(blob.Bytes[^10..]), "cut at the end");
        Assert.That(await RangeAsync(reader, 100_000, 100), Is.Empty, "at the end");
        Assert.That(await RangeAsync(reader, 5, 0), Is.Empty, "nothing asked for");
    }

    [Test]
    public void Ranges_of_an_absent_blob_are_not_found()
    {
        var blob = TestBlob.Create(10);

        Assert.That(
            async () => await Store.OpenBlobRangesAsync(blob.Descriptor, CancellationToken.None),
            Throws.InstanceOf<ContentNotFoundException>());
    }

    private static async Task<byte[]> RangeAsync(ByteRangeReader reader, long offset, int count)
    {
        var buffer = new byte[count];
        return buffer[..await reader.ReadAsync(offset, buffer, CancellationToken.None)];
    }
}
