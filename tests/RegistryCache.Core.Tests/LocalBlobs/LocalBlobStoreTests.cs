using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Storage;
using RegistryCache.Fixtures;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>What is kept, what is removed, and what happens when the directory is not as it should be.</summary>
internal sealed class LocalBlobStoreTests
{
    private const int Block = LocalBlobFile.BlockBytes;
    private LocalBlobBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new LocalBlobBench();

    [TearDown]
    public void Remove() => _bench.Dispose();

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(Block - 1)]
    [TestCase(Block)]
    [TestCase(Block + 1)]
    [TestCase(3 * Block + 12_345)]
    public async Task A_blob_is_fetched_once_by_all_processes(int length)
    {
        var blob = await _bench.StoreAsync(length);

        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);

        Assert.That(_bench.Fetches, Is.EqualTo(1));
        Assert.That(_bench.Files, Is.EqualTo(new[] { _bench.FileOf(blob) }));
        Assert.That(_bench.Bytes, Is.EqualTo(LocalBlobFile.LengthOf(length)));
    }

    [Test]
    public async Task The_directory_is_made_for_this_user_only()
    {
        await LocalBlobBench.ReadAsync(_bench.Open(), await _bench.StoreAsync(10));

        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(_bench.Directory), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task A_blob_that_was_sent_from_here_is_not_fetched()
    {
        var sent = TestBlob.Create(Block + 5);
        await _bench.Open().PushBlobAsync(sent.Descriptor, sent.Source, progress: null);

        await LocalBlobBench.ReadAsync(_bench.Open(), sent);

        Assert.That(_bench.Fetches, Is.Zero);
    }

    [Test]
    public async Task A_blob_that_would_have_to_be_made_again_is_not_kept_when_it_was_sent()
    {
        var sent = TestBlob.Create(500);
        var opened = 0;
        var source = BlobSource.FromDelegate(
            _ =>
            {
                opened++;
                return ValueTask.FromResult<Stream>(new MemoryStream(sent.Bytes));
            },
            sent.Bytes.Length);

        await _bench.Open().PushBlobAsync(sent.Descriptor, source, progress: null);

        Assert.That(_bench.Files, Is.Empty);
        Assert.That(opened, Is.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(Block + 3)]
    [TestCase(3 * Block + 9)]
    [TestCase(3 * Block + 10 + 2)]
    public async Task A_damaged_copy_is_noticed_before_its_bytes_are_used_and_the_store_gives_the_rest(int offset)
    {
        var blob = await _bench.StoreAsync(3 * Block + 10);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        _bench.Damage(blob, offset);

        await LocalBlobBench.ReadAsync(_bench.Open(), blob);

        Assert.That(_bench.Fetches, Is.EqualTo(2));
        Assert.That(_bench.Has(blob), "what was fetched is kept");
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        Assert.That(_bench.Fetches, Is.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(2 * Block)]
    public async Task A_copy_of_another_length_is_replaced(int length)
    {
        var blob = await _bench.StoreAsync(2 * Block);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        using (var file = new FileStream(_bench.FileOf(blob), FileMode.Open))
            file.SetLength(length);

        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);

        Assert.That(_bench.Fetches, Is.EqualTo(2));
    }

    [Test]
    public async Task A_copy_that_is_cut_while_it_is_read_does_not_disturb_the_reader()
    {
        var blob = await _bench.StoreAsync(4 * Block);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await using var stream = await new StoreBlobSource(_bench.Open(), blob.Descriptor).OpenReadAsync(CancellationToken.None);
        var content = new byte[blob.Bytes.Length];
        await stream.ReadExactlyAsync(content.AsMemory(0, Block + 1));
        using (var file = new FileStream(_bench.FileOf(blob), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            file.SetLength(0);

        await stream.ReadExactlyAsync(content.AsMemory(Block + 1));

        Assert.That(content, Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task A_forged_copy_is_an_error_once_and_is_removed()
    {
        var blob = await _bench.StoreAsync(1000);
        var forged = TestBlob.Create(1000, seed: 2);
        await _bench.Remote.Inner.PushBlobAsync(forged.Descriptor, forged.Source, progress: null);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(), forged);
        File.Copy(_bench.FileOf(forged), _bench.FileOf(blob), overwrite: true);

        Assert.That(() => LocalBlobBench.ReadAsync(_bench.Open(), blob), Throws.InstanceOf<ContentMismatchException>());
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
    }

    [Test]
    public async Task Wrong_bytes_from_the_store_are_not_kept()
    {
        var blob = await _bench.StoreAsync(Block + 1);
        _bench.Remote.Inner.OverwriteBlob(blob.Digest, new byte[blob.Bytes.Length]);

        Assert.That(() => LocalBlobBench.ReadAsync(_bench.Open(), blob), Throws.InstanceOf<ContentMismatchException>());
        Assert.That(_bench.Files, Is.Empty);
    }

    [Test]
    public async Task A_read_that_is_not_finished_leaves_nothing([Values(0, 1, Block, (2 * Block) + 99)] int read)
    {
        var blob = await _bench.StoreAsync((2 * Block) + 100);
        await using (var stream = await new StoreBlobSource(_bench.Open(), blob.Descriptor).OpenReadAsync(CancellationToken.None))
            await stream.ReadExactlyAsync(new byte[read]);

        Assert.That(_bench.Files, Is.Empty);
    }

    [Test]
    public async Task A_cancelled_read_leaves_nothing()
    {
        var blob = await _bench.StoreAsync(2 * Block);
        using var cancelled = new CancellationTokenSource();
        await using (var stream = await new StoreBlobSource(_bench.Open(), blob.Descriptor).OpenReadAsync(cancelled.Token))
        {
            await stream.ReadExactlyAsync(new byte[10], cancelled.Token);
            await cancelled.CancelAsync();
            Assert.That(
                async () => await stream.CopyToAsync(Stream.Null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(_bench.Files, Is.Empty);
    }

    [Test]
    public async Task The_directory_can_be_deleted_between_reads_and_in_the_middle_of_them()
    {
        var blob = await _bench.StoreAsync(3 * Block);
        var store = _bench.Open();
        await using (var missed = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(CancellationToken.None))
        {
            await missed.ReadExactlyAsync(new byte[Block]);
            Directory.Delete(_bench.Directory, recursive: true);
            await missed.ReadExactlyAsync(new byte[2 * Block]);
        }

        await LocalBlobBench.ReadAsync(store, blob);
        var found = new byte[3 * Block];
        await using (var stream = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(CancellationToken.None))
        {
            await stream.ReadExactlyAsync(found.AsMemory(0, Block));
            Directory.Delete(_bench.Directory, recursive: true);
            await stream.ReadExactlyAsync(found.AsMemory(Block));
        }

        await LocalBlobBench.ReadAsync(store, blob);
        Assert.That(found, Same.BytesAs(blob.Bytes));
        Assert.That(_bench.Fetches, Is.EqualTo(3));
        Assert.That(_bench.Log.Lines, Is.Empty);
    }

    [Test]
    public async Task Parts_of_a_blob_come_from_the_copy_and_from_the_store_when_it_is_damaged()
    {
        var blob = await _bench.StoreAsync(3 * Block);
        await using (var ranges = await _bench.Open().OpenBlobRangesAsync(blob.Descriptor))
            await AssertPartsAsync(ranges, blob);
        Assert.That(_bench.Files, Is.Empty, "a part is not kept");
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        _bench.Remote.Calls.Clear();

        await using (var ranges = await _bench.Open().OpenBlobRangesAsync(blob.Descriptor))
            await AssertPartsAsync(ranges, blob);
        Assert.That(_bench.Remote.Calls, Is.Empty);

        _bench.Damage(blob, Block);
        await using (var ranges = await _bench.Open().OpenBlobRangesAsync(blob.Descriptor))
            await AssertPartsAsync(ranges, blob);
        Assert.That(_bench.Remote.Calls, Is.EqualTo(new[] { $"ranges {blob.Digest}" }));
        Assert.That(_bench.Has(blob), Is.False);
    }

    [Test]
    public async Task A_store_that_fails_once_gives_the_parts_of_a_damaged_copy_to_the_next_reader()
    {
        var blob = await _bench.StoreAsync(Block);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        _bench.Damage(blob, 0);
        await using var ranges = await _bench.Open().OpenBlobRangesAsync(blob.Descriptor);
        _bench.Remote.Before = static _ => throw new RegistryCacheException(RegistryCacheErrorCode.RegistryUnreachable, "away");
        var part = new byte[10];
        Assert.That(async () => await ranges.ReadAsync(5, part), Throws.InstanceOf<RegistryCacheException>());
        _bench.Remote.Before = null;

        var read = await ranges.ReadAsync(5, part);

        Assert.That(read, Is.EqualTo(10));
        Assert.That(part, Same.BytesAs(blob.Bytes[5..15]));
    }

    [Test]
    [Category("Slow")]
    public async Task Many_readers_at_once_get_the_right_bytes_and_stay_within_the_size()
    {
        var blobs = new List<TestBlob>();
        for (var i = 0; i < 12; i++)
            blobs.Add(await _bench.StoreAsync(Block + (1000 * i), seed: i + 1));
        const long maxBytes = 5 * Block;
        var stores = Enumerable.Range(0, 4).Select(_ => _bench.Open(maxBytes)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 96).Select(i => Task.Run(() => LocalBlobBench.ReadAsync(stores[i % 4], blobs[i * 7 % 12]))));

        await LocalBlobBench.ReadAsync(_bench.Open(maxBytes), await _bench.StoreAsync(10, seed: 99));
        Assert.That(_bench.Bytes, Is.LessThanOrEqualTo(maxBytes));
        Assert.That(_bench.Log.Lines, Is.Empty);
    }

    private static async Task AssertPartsAsync(ByteRangeReader ranges, TestBlob blob)
    {
        Assert.That(ranges.Length, Is.EqualTo(blob.Bytes.Length));
        foreach (var (offset, length) in new[] { (0, 10), (Block - 5, 10), (Block, Block), (5, (2 * Block) + 7), ((3 * Block) - 4, 4) })
        {
            var part = new byte[length];
            Assert.That(await ranges.ReadAsync(offset, part), Is.EqualTo(length));
            Assert.That(part, Same.BytesAs(blob.Bytes[offset..(offset + length)]));
        }

        Assert.That(await ranges.ReadAsync((3 * Block) - 4, new byte[10]), Is.EqualTo(4));
        Assert.That(await ranges.ReadAsync(3 * Block, new byte[10]), Is.Zero);
    }
}
