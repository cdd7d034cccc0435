using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;

namespace RegistryCache.Fixtures.Contracts;

public abstract partial class ContentStoreContract
{
    private const int FailureBytes = 400_000;

    [Test]
    public async Task A_source_with_other_bytes_is_refused()
    {
        var blob = TestBlob.Create(FailureBytes);
        var other = TestBlob.Create(FailureBytes, seed: 2);

        var error = Assert.ThrowsAsync<ContentMismatchException>(
            () => Store.PushBlobAsync(blob.Descriptor, other.Source, null, CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.DigestMismatch));
        await AssertAbsentAndPushableAsync(blob);
        Assert.That(await Store.FindBlobAsync(other.Digest, CancellationToken.None), Is.Null);
    }

    [TestCase(FailureBytes - 1)]
    [TestCase(1)]
    [TestCase(0)]
    public async Task A_source_that_is_too_short_is_refused(int length)
    {
        var blob = TestBlob.Create(FailureBytes);
        var source = new ScriptedBlobSource(blob.Bytes[..length], FailureBytes);

        var error = Assert.ThrowsAsync<ContentMismatchException>(
            () => Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.SizeMismatch));
        await AssertAbsentAndPushableAsync(blob);
    }

    [Test]
    public async Task A_source_that_is_too_long_is_refused()
    {
        var blob = TestBlob.Create(FailureBytes);
        var source = new ScriptedBlobSource([.. blob.Bytes, 1], FailureBytes);

        var error = Assert.ThrowsAsync<ContentMismatchException>(
            () => Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.SizeMismatch));
        await AssertAbsentAndPushableAsync(blob);
    }

    [Test]
    public async Task A_source_that_admits_to_have_another_length_is_refused()
    {
        var blob = TestBlob.Create(1000);
        var source = new ScriptedBlobSource(blob.Bytes[..999]);

        Assert.That(
            async () => await Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None),
            Throws.InstanceOf<ContentMismatchException>());
        await AssertAbsentAndPushableAsync(blob);
    }

    [Test]
    public async Task A_source_that_fails_in_the_middle_leaves_nothing_and_can_be_pushed_later()
    {
        var blob = TestBlob.Create(FailureBytes);
        var source = new ScriptedBlobSource(blob.Bytes)
        {
            ActAfter = FailureBytes / 2,
            Act = () => throw new InvalidDataException("the source broke"),
        };

        var error = Assert.CatchAsync(() => Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None));

        Assert.That(Causes(error), Has.Some.InstanceOf<InvalidDataException>(), "the cause must not get lost");
        Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.Null);
        source.Act = null;
        var opened = source.Opened;
        var result = await Store.PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None);
        Assert.That(result.Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
        Assert.That(source.Opened, Is.GreaterThan(opened));
        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Cancelling_a_push_in_the_middle_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var blob = TestBlob.Create(FailureBytes);
        var source = new ScriptedBlobSource(blob.Bytes) { ActAfter = FailureBytes / 2, Act = cancellation.Cancel };

        Assert.That(
            async () => await Store.PushBlobAsync(blob.Descriptor, source, null, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());

        await AssertAbsentAndPushableAsync(blob);
    }

    [Test]
    public void A_cancelled_token_ends_every_call()
    {
        var cancelled = new CancellationToken(canceled: true);
        var blob = TestBlob.Create(10);
        var byTag = ManifestReference.ByTag("latest");
        var manifest = new ManifestContent(MediaTypes.OciManifest, "{}"u8.ToArray());

        Assert.Multiple(() =>
        {
            AssertCancelled(() => Store.FindBlobAsync(blob.Digest, cancelled));
            AssertCancelled(() => Store.OpenBlobAsync(blob.Descriptor, cancelled));
            AssertCancelled(() => Store.OpenBlobRangesAsync(blob.Descriptor, cancelled));
            AssertCancelled(() => Store.PushBlobAsync(blob.Descriptor, blob.Source, null, cancelled));
            AssertCancelled(() => Store.ResolveManifestAsync(byTag, cancelled));
            AssertCancelled(() => Store.FetchManifestAsync(byTag, 1000, cancelled));
            AssertCancelled(() => Store.PushManifestAsync(manifest, "latest", cancelled));
        });
    }

    [Test]
    public async Task A_blob_of_another_size_than_promised_is_refused([Values(-1, 1)] int difference)
    {
        var blob = TestBlob.Create(1000);
        await PushAsync(blob);
        var wrong = new Descriptor(MediaTypes.OciLayer, blob.Digest, 1000 + difference);

        Assert.That(async () => await ReadAsync(wrong), Throws.InstanceOf<ContentMismatchException>());
        Assert.That(
            async () => await Store.OpenBlobRangesAsync(wrong, CancellationToken.None),
            Throws.InstanceOf<ContentMismatchException>());
    }

    [Test]
    public async Task A_blob_that_was_damaged_in_the_store_is_refused()
    {
        var blob = TestBlob.Create(FailureBytes);
        await PushAsync(blob);
        await CorruptBlobAsync(blob.Digest);

        var error = Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(blob.Descriptor));

        Assert.That((error!.Code, error.Side), Is.EqualTo((RegistryCacheErrorCode.DigestMismatch, CacheSide.Source)));
    }

    [Test]
    public async Task A_store_hands_out_what_it_holds_and_leaves_it_to_the_reader_to_verify()
    {
        var blob = TestBlob.Create(FailureBytes);
        await PushAsync(blob);
        await CorruptBlobAsync(blob.Digest);
        if (VerifiesReads)
        {
            Assert.That(() => ReadRawAsync(blob.Descriptor), Throws.InstanceOf<ContentMismatchException>());
            return;
        }

        var read = await ReadRawAsync(blob.Descriptor);

        Assert.That(Digest.OfBytes(read), Is.Not.EqualTo(blob.Digest));
        Assert.That(read, Has.Length.EqualTo(FailureBytes));
    }

    [Test]
    public async Task A_manifest_that_was_damaged_in_the_store_is_refused()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "latest");
        await CorruptManifestAsync(manifest.Descriptor.Digest);

        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await Store.FetchManifestAsync(ManifestReference.ByTag("latest"), 1 << 20, CancellationToken.None),
                Throws.InstanceOf<ContentMismatchException>());
            Assert.That(
                async () => await Store.FetchManifestAsync(
                    ManifestReference.ByDigest(manifest.Descriptor.Digest), 1 << 20, CancellationToken.None),
                Throws.InstanceOf<ContentMismatchException>());
        });
    }

    private static void AssertCancelled(Func<Task> call) => Assert.That(call, Throws.InstanceOf<OperationCanceledException>());

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}
