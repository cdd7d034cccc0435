using RegistryCache.Core.Content;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>How much memory a blob takes on its way.</summary>
internal static class StoreMemoryRules
{
    private const int Tries = 3;

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        new("Memory stays within its limit for a large blob", "IContentStore.PushBlobAsync",
            "Copy blobs in pieces, and set ContentStoreContract.MaxAllocatedBytes; a store in memory leaves it unset.", LimitAsync,
            isSlow: true),
    ];

    // Other tests of the process allocate too, so the least of some tries counts.
    private static async Task LimitAsync(StoreTrial trial)
    {
        var length = trial.Contract.LargeBlobBytes;
        var limit = trial.Contract.MaxAllocatedBytes ?? 16 * length;
        var least = long.MaxValue;
        for (var seed = 1; seed <= Tries && least >= limit; seed++)
            least = Math.Min(least, await AllocateAsync(trial, length, seed).ConfigureAwait(false));
        trial.Require(least < limit, $"less than {limit} bytes allocated for a blob of {length}", $"{least} bytes");
    }

    private static async Task<long> AllocateAsync(StoreTrial trial, long length, int seed)
    {
        var source = BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(new GeneratedStream(length, seed)), length);
        var descriptor = new Descriptor(MediaTypes.OciLayer, await HashAsync(source, trial.Cancellation).ConfigureAwait(false), length);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await trial.Store.PushBlobAsync(descriptor, source, null, trial.Cancellation).ConfigureAwait(false);
        var stream = await trial.Store.OpenBlobAsync(descriptor, trial.Cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await stream.CopyToAsync(Stream.Null, trial.Cancellation).ConfigureAwait(false);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task<Digest> HashAsync(BlobSource source, CancellationToken cancellationToken)
    {
        using var hasher = new DigestHasher(DigestAlgorithm.Sha256);
        var content = await source.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            hasher.Append(buffer.AsSpan(0, read));
        return hasher.Finish();
    }
}
