using System.Globalization;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>Wrong, broken and damaged content does no harm.</summary>
internal static class StoreFailureRules
{
    private const int Length = 400_000;
    private const string Push = "IContentStore.PushBlobAsync";
    private const string Open = "IContentStore.OpenBlobAsync";
    private const string Verify = "Read the source with BlobSource.OpenVerifiedAsync, and make the blob visible only after its end.";

    private static readonly int[] ShortLengths = [Length - 1, 1, 0];

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        new("A source with other bytes is refused", Push, Verify, OtherBytesAsync),
        .. ShortLengths.Select(static length => new StoreRule(
            string.Create(CultureInfo.InvariantCulture, $"A source that ends after {length} of {Length} bytes is refused"), Push, Verify,
            trial => WrongLengthAsync(trial, blob => new ScriptedBlobSource(blob.Bytes[..length], Length)))),
        new("A source that is too long is refused", Push, Verify,
            static trial => WrongLengthAsync(trial, static blob => new ScriptedBlobSource([.. blob.Bytes, 1], Length))),
        new("A source that admits to have another length is refused", Push, Verify, OtherLengthAsync),
        new("A source that fails in the middle leaves nothing and can be pushed later", Push,
            "Keep the error of the source as the cause, and open the source again for the next push.", BrokenSourceAsync),
        new("Cancelling a push in the middle leaves nothing", Push, "Pass the token on, and remove what was written.", CancelAsync),
        new("A cancelled token ends every call", "IContentStore, CancellationToken",
            "Throw OperationCanceledException at the start of each call.", CancelledAsync),
        .. new[] { -1, 1 }.Select(static difference => new StoreRule(
            difference < 0 ? "A blob that is larger than promised is refused" : "A blob that is smaller than promised is refused",
            "IContentStore.OpenBlobRangesAsync", "Compare the size of the blob with the descriptor; throw ContentMismatchException.",
            trial => WrongSizeAsync(trial, difference))),
        new("A blob that was damaged in the store is refused", "IContentStore.Blob", "Hand out the bytes as they are.", DamagedAsync)
            { NeedsDamagedBlobs = true },
        new("A store that does not verify hands out what it holds", Open,
            "Hand out the bytes as they are and leave it to the reader to verify, or set ContentStoreContract.VerifiesReads.", RawAsync)
            { NeedsDamagedBlobs = true },
        new("A manifest that was damaged in the store is refused", "IContentStore.FetchManifestAsync",
            "Compare the bytes with the digest, by tag and by digest; throw ContentMismatchException.", DamagedManifestAsync)
            { NeedsDamagedManifests = true },
    ];

    private static async Task OtherBytesAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(Length);
        var other = TestBlob.Create(Length, seed: 2);
        var error = await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.Store.PushBlobAsync(blob.Descriptor, other.Source, null, trial.Cancellation),
            "a push of bytes with another digest").ConfigureAwait(false);
        trial.RequireEqual(error.Code, RegistryCacheErrorCode.DigestMismatch, "the code of the error");
        await trial.RequireAbsentAndPushableAsync(blob).ConfigureAwait(false);
        await trial.RequireSizeAsync(other.Digest, null, "the size of the blob with the real digest").ConfigureAwait(false);
    }

    private static async Task WrongLengthAsync(StoreTrial trial, Func<TestBlob, BlobSource> source)
    {
        var blob = TestBlob.Create(Length);
        var error = await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.Store.PushBlobAsync(blob.Descriptor, source(blob), null, trial.Cancellation),
            "a push of another number of bytes").ConfigureAwait(false);
        trial.RequireEqual(error.Code, RegistryCacheErrorCode.SizeMismatch, "the code of the error");
        await trial.RequireAbsentAndPushableAsync(blob).ConfigureAwait(false);
    }

    private static async Task OtherLengthAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(1000);
        await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.Store.PushBlobAsync(blob.Descriptor, new ScriptedBlobSource(blob.Bytes[..999]), null, trial.Cancellation),
            "a push of a source whose Length is another").ConfigureAwait(false);
        await trial.RequireAbsentAndPushableAsync(blob).ConfigureAwait(false);
    }

    private static async Task BrokenSourceAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(Length);
        var source = new ScriptedBlobSource(blob.Bytes)
        {
            ActAfter = Length / 2,
            Act = static () => throw new InvalidDataException("the source broke"),
        };
        var error = await trial.RequireAnyErrorAsync(
            () => trial.Store.PushBlobAsync(blob.Descriptor, source, null, trial.Cancellation),
            "a push of a source that breaks").ConfigureAwait(false);
        trial.Require(
            Causes(error).Any(static e => e is InvalidDataException), "the error of the source, or an error with it as its cause",
            $"{error.GetType().Name}: {error.Message}");
        await trial.RequireSizeAsync(blob.Digest, null, "the size of the blob after the failed push").ConfigureAwait(false);
        source.Act = null;
        var opened = source.Opened;
        var (outcome, _) = await trial.Store.PushBlobAsync(blob.Descriptor, source, null, trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(outcome, BlobPushOutcome.Uploaded, "the outcome of the next push");
        trial.Require(source.Opened > opened, "that the source is opened again", "that it is not");
        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob");
    }

    private static async Task CancelAsync(StoreTrial trial)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(trial.Cancellation);
        var blob = TestBlob.Create(Length);
        var source = new ScriptedBlobSource(blob.Bytes) { ActAfter = Length / 2, Act = cancellation.Cancel };
        await trial.RequireErrorAsync<OperationCanceledException>(
            () => trial.Store.PushBlobAsync(blob.Descriptor, source, null, cancellation.Token), "a cancelled push").ConfigureAwait(false);
        await trial.RequireAbsentAndPushableAsync(blob).ConfigureAwait(false);
    }

    private static async Task CancelledAsync(StoreTrial trial)
    {
        var cancelled = new CancellationToken(canceled: true);
        var store = trial.Store;
        var blob = TestBlob.Create(10);
        var byTag = ManifestReference.ByTag("latest");
        var manifest = new ManifestContent(MediaTypes.OciManifest, "{}"u8.ToArray());
        (string Name, Func<Task> Call)[] calls =
        [
            (nameof(store.FindBlobAsync), () => store.FindBlobAsync(blob.Digest, cancelled)),
            (nameof(store.OpenBlobAsync), () => store.OpenBlobAsync(blob.Descriptor, cancelled)),
            (nameof(store.OpenBlobRangesAsync), () => store.OpenBlobRangesAsync(blob.Descriptor, cancelled)),
            (nameof(store.PushBlobAsync), () => store.PushBlobAsync(blob.Descriptor, blob.Source, null, cancelled)),
            (nameof(store.ResolveManifestAsync), () => store.ResolveManifestAsync(byTag, cancelled)),
            (nameof(store.FetchManifestAsync), () => store.FetchManifestAsync(byTag, 1000, cancelled)),
            (nameof(store.PushManifestAsync), () => store.PushManifestAsync(manifest, "latest", cancelled)),
        ];
        foreach (var (name, call) in calls)
            await trial.RequireErrorAsync<OperationCanceledException>(call, $"{name} with a cancelled token").ConfigureAwait(false);
    }

    private static async Task WrongSizeAsync(StoreTrial trial, int difference)
    {
        var blob = TestBlob.Create(1000);
        await trial.PushAsync(blob).ConfigureAwait(false);
        var wrong = new Descriptor(MediaTypes.OciLayer, blob.Digest, 1000 + difference);
        await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.ReadAsync(wrong), $"reading a blob of 1000 bytes as one of {wrong.Size}").ConfigureAwait(false);
        await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.Store.OpenBlobRangesAsync(wrong, trial.Cancellation),
            $"opening ranges of a blob of 1000 bytes as one of {wrong.Size}").ConfigureAwait(false);
    }

    private static async Task DamagedAsync(StoreTrial trial)
    {
        var blob = await PushDamagedAsync(trial).ConfigureAwait(false);
        var error = await trial.RequireErrorAsync<ContentMismatchException>(
            () => trial.ReadAsync(blob.Descriptor), "reading a damaged blob").ConfigureAwait(false);
        trial.RequireEqual(
            (error.Code, error.Side), (RegistryCacheErrorCode.DigestMismatch, CacheSide.Source), "the code and the side of the error");
    }

    private static async Task RawAsync(StoreTrial trial)
    {
        var blob = await PushDamagedAsync(trial).ConfigureAwait(false);
        if (trial.Contract.VerifiesReads)
        {
            await trial.RequireErrorAsync<ContentMismatchException>(
                () => trial.ReadRawAsync(blob.Descriptor), "reading a damaged blob of a store that verifies").ConfigureAwait(false);
            return;
        }

        var read = await trial.ReadRawAsync(blob.Descriptor).ConfigureAwait(false);
        trial.Require(Digest.OfBytes(read) != blob.Digest, "damaged bytes", "the bytes as they were pushed; does DamageBlob work?");
        trial.RequireEqual(read.Length, Length, "the number of damaged bytes");
    }

    private static async Task DamagedManifestAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync("latest").ConfigureAwait(false);
        await trial.Contract.DamageManifest!(trial.Store, manifest.Descriptor.Digest).ConfigureAwait(false);
        foreach (var reference in new[] { ManifestReference.ByTag("latest"), ManifestReference.ByDigest(manifest.Descriptor.Digest) })
        {
            await trial.RequireErrorAsync<ContentMismatchException>(
                () => trial.Store.FetchManifestAsync(reference, 1 << 20, trial.Cancellation),
                $"reading a damaged manifest by {reference}").ConfigureAwait(false);
        }
    }

    private static async Task<TestBlob> PushDamagedAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(Length);
        await trial.PushAsync(blob).ConfigureAwait(false);
        await trial.Contract.DamageBlob!(trial.Store, blob.Digest).ConfigureAwait(false);
        return blob;
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}
