using System.Globalization;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>Blobs come back as they were pushed.</summary>
internal static class StoreBlobRules
{
    private const string Push = "IContentStore.PushBlobAsync";
    private const string Open = "IContentStore.OpenBlobAsync";
    private const string Ranges = "IContentStore.OpenBlobRangesAsync";

    private static readonly int[] Lengths = [1, 2, 65535, 65536, 65537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20];

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        new("The store has a name for people", "IContentStore.DisplayName", "Return a short text without secrets.", NameAsync),
        new("An absent blob is not found", "IContentStore.FindBlobAsync",
            "Return null for a blob that the store does not have.", AbsentAsync),
        new("Opening an absent blob names the blob and the store", Open,
            "Throw ContentNotFoundException with the digest and DisplayName.", OpenAbsentAsync),
        .. Lengths.Select(static length => new StoreRule(
            string.Create(CultureInfo.InvariantCulture, $"A blob of the length {length} comes back as it was pushed"), Push,
            "Write every byte, return Uploaded and the number of bytes, and read from the start of the blob.",
            trial => RoundTripAsync(trial, length))),
        new("A blob without bytes comes back", Push, "Do not take a size of 0 for an absent blob.", EmptyAsync),
        new("Every digest algorithm of the store works", "OCI image-spec, descriptor.md, Digests",
            "Keep blobs of each algorithm, or set ContentStoreContract.Algorithms.", AlgorithmsAsync),
        new("The media type of a blob does not count", Open, "Look a blob up by its digest only.", MediaTypeAsync),
        new("A second push finds the blob and does not open the source", Push,
            "Look for the blob first, and return AlreadyPresent and 0 bytes.", SecondPushAsync),
        new("A source of unknown length is pushed", "BlobSource.Length", "Take the size from the descriptor.", UnknownLengthAsync),
        new("One blob is pushed from many places at once", Push, "Let writers of one blob not disturb each other.", SamePushAsync),
        new("Many blobs are pushed and read at once", "IContentStore, thread safety", "Guard what the calls share.", ManyAsync),
        new("Progress ends at the size of the blob", Push, "Report in order, and the whole size at the end.", ProgressAsync),
        new("A blob stream may be left before its end", Open, "Let Dispose work in the middle of a blob.", LeaveAsync),
        new("Ranges of a blob are read", Ranges, "Read at any offset, also backwards; cut at the end of the blob.", RangesAsync),
        new("Ranges of an absent blob are not found", Ranges, "Throw ContentNotFoundException.", RangesOfAbsentAsync),
    ];

    private static Task NameAsync(StoreTrial trial)
    {
        trial.Require(!string.IsNullOrEmpty(trial.Store.DisplayName), "a name", "nothing");
        return Task.CompletedTask;
    }

    private static Task AbsentAsync(StoreTrial trial) => trial.RequireSizeAsync(TestBlob.Create(10).Digest, null, "an absent blob");

    private static async Task OpenAbsentAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(10);
        var error = await trial.RequireErrorAsync<ContentNotFoundException>(
            () => trial.Store.OpenBlobAsync(blob.Descriptor, trial.Cancellation), "opening an absent blob").ConfigureAwait(false);
        var isNamed = error.Message.Contains(blob.Digest.ToString(), StringComparison.Ordinal);
        trial.Require(isNamed, $"a message with {blob.Digest}", error.Message);
        trial.Require(!string.IsNullOrEmpty(error.Store), "an error with the name of the store", "an empty name");
        trial.RequireEqual(error.Code, RegistryCacheErrorCode.ContentNotFound, "the code of the error");
    }

    private static async Task RoundTripAsync(StoreTrial trial, int length)
    {
        var blob = TestBlob.Create(length);
        var result = await trial.Store.PushBlobAsync(blob.Descriptor, blob.Source, null, trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(result, (BlobPushOutcome.Uploaded, length), "the outcome of the push");
        await trial.RequireSizeAsync(blob.Digest, length, "the size of the blob").ConfigureAwait(false);
        trial.RequireBytes(await trial.ReadRawAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "what the store hands out");
        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob, read and verified");
    }

    private static async Task EmptyAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(0);
        await trial.PushAsync(blob).ConfigureAwait(false);
        await trial.RequireSizeAsync(blob.Digest, 0, "the size of the blob").ConfigureAwait(false);
        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), [], "the blob");
    }

    private static async Task AlgorithmsAsync(StoreTrial trial)
    {
        foreach (var algorithm in trial.Contract.Algorithms)
        {
            var blob = TestBlob.Create(1000, 7, algorithm);
            await trial.PushAsync(blob).ConfigureAwait(false);
            await trial.RequireSizeAsync(blob.Digest, 1000, $"the size under {algorithm}").ConfigureAwait(false);
            trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, $"the blob under {algorithm}");
        }
    }

    private static async Task MediaTypeAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(100);
        await trial.PushAsync(blob).ConfigureAwait(false);
        foreach (var type in new[] { "", "text/plain" })
        {
            var read = await trial.ReadAsync(blob.Descriptor.WithMediaType(type)).ConfigureAwait(false);
            trial.RequireBytes(read, blob.Bytes, $"the blob with the media type '{type}'");
        }
    }

    private static async Task SecondPushAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(1000);
        await trial.PushAsync(blob).ConfigureAwait(false);
        var source = new ScriptedBlobSource(blob.Bytes);
        var result = await trial.Store.PushBlobAsync(blob.Descriptor, source, null, trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(result, (BlobPushOutcome.AlreadyPresent, 0), "the outcome of the second push");
        trial.RequireEqual(source.Opened, 0, "how often the source was opened");
    }

    private static async Task UnknownLengthAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(200_000);
        var source = BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(new MemoryStream(blob.Bytes, writable: false)));
        await trial.Store.PushBlobAsync(blob.Descriptor, source, null, trial.Cancellation).ConfigureAwait(false);
        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob");
    }

    private static async Task SamePushAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(300_000);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => trial.Store.PushBlobAsync(blob.Descriptor, blob.Source, null, trial.Cancellation)))).ConfigureAwait(false);
        var outcomes = results.Select(static r => r.Outcome).ToList();
        trial.Require(
            outcomes.Contains(BlobPushOutcome.Uploaded) && !outcomes.Contains(BlobPushOutcome.Mounted),
            "at least one Uploaded and no Mounted", string.Join(", ", outcomes));
        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob");
    }

    private static async Task ManyAsync(StoreTrial trial)
    {
        var blobs = Enumerable.Range(0, 16).Select(static i => TestBlob.Create(50_000 + i, i)).ToList();
        await Task.WhenAll(blobs.Select(b => Task.Run(() => trial.PushAsync(b)))).ConfigureAwait(false);
        var read = await Task.WhenAll(blobs.Select(b => Task.Run(() => trial.ReadAsync(b.Descriptor)))).ConfigureAwait(false);
        foreach (var (i, bytes) in read.Index())
            trial.RequireBytes(bytes, blobs[i].Bytes, $"blob {i} of 16");
    }

    private static async Task ProgressAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(1_000_000);
        var progress = new RecordedProgress<TransferProgress>();
        await trial.Store.PushBlobAsync(blob.Descriptor, blob.Source, progress, trial.Cancellation).ConfigureAwait(false);
        var reports = progress.Reports;
        trial.Require(reports.Count > 0, "reports of progress", "none");
        trial.RequireEqual(reports[^1], new TransferProgress(blob.Descriptor, 1_000_000), "the last report");
        var done = reports.Select(static r => r.BytesDone).ToList();
        trial.Require(
            done.SequenceEqual(done.Order()) && done[0] >= 0, "reports that grow from 0 to the size", string.Join(", ", done.Take(20)));
    }

    private static async Task LeaveAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(1_000_000);
        await trial.PushAsync(blob).ConfigureAwait(false);
        var stream = await trial.Store.OpenBlobAsync(blob.Descriptor, trial.Cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var read = await stream.ReadAsync(new byte[10], trial.Cancellation).ConfigureAwait(false);
            trial.Require(read > 0, "bytes of the blob", "the end of the stream");
        }

        trial.RequireBytes(await trial.ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob, read again");
    }

    private static async Task RangesAsync(StoreTrial trial)
    {
        var blob = TestBlob.Create(100_000);
        await trial.PushAsync(blob).ConfigureAwait(false);
        var reader = await trial.Store.OpenBlobRangesAsync(blob.Descriptor, trial.Cancellation).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        trial.RequireEqual(reader.Length, 100_000, "the length of the blob");
        (int Offset, int Count, int Expected)[] ranges =
            [(0, 10, 10), (70_000, 20_000, 20_000), (3, 5, 5), (99_999, 1, 1), (99_990, 100, 10), (100_000, 100, 0), (5, 0, 0)];
        foreach (var (offset, count, expected) in ranges)
        {
            var buffer = new byte[count];
            var read = await reader.ReadAsync(offset, buffer, trial.Cancellation).ConfigureAwait(false);
            trial.RequireBytes(buffer[..read], blob.Bytes[offset..(offset + expected)], $"{count} bytes from {offset} on, of 100000");
        }
    }

    private static async Task RangesOfAbsentAsync(StoreTrial trial) => await trial.RequireErrorAsync<ContentNotFoundException>(
        () => trial.Store.OpenBlobRangesAsync(TestBlob.Create(10).Descriptor, trial.Cancellation), "opening ranges of an absent blob")
        .ConfigureAwait(false);
}
