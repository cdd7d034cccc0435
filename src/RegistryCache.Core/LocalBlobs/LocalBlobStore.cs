using RegistryCache.Core.Errors;
using RegistryCache.Storage;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>A store whose blobs are kept in a local directory when they are read, and read from there the next time. Manifests and tags
/// always come from the store.</summary>
internal sealed class LocalBlobStore(IContentStore inner, LocalBlobDirectory directory) : DelegatingContentStore(inner)
{
    public override async Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (directory.Open(descriptor) is { } file)
            return new LocalBlobStream(new LocalBlobReader(file, descriptor, directory, FetchAsync), descriptor, directory);
        return await FetchAsync(descriptor, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Stream> FetchAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var stream = await Inner.OpenBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
        return directory.Begin(descriptor) is { } copy ? new KeepingStream(stream, descriptor, copy) : stream;
    }

    public override async Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return directory.Open(descriptor) is { } file
            ? new LocalBlobRanges(file, Inner, descriptor, directory)
            : await Inner.OpenBlobRangesAsync(descriptor, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var result = await Inner.PushBlobAsync(descriptor, source, progress, cancellationToken).ConfigureAwait(false);

        // The next run reads what this one has saved. Content that would have to be fetched or made again is not worth it.
        if (result.Outcome == BlobPushOutcome.Uploaded && source.IsAtHand)
            await KeepAsync(descriptor, source, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task KeepAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken)
    {
        using var copy = directory.Begin(descriptor);
        if (copy is null)
            return;
        try
        {
            var content = await source.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
                await copy.AppendAsync(content, cancellationToken).ConfigureAwait(false);
            await copy.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (StorageError.Is(error) || error is RegistryCacheException)
        {
            // The blob was sent.
            directory.Warn(error);
        }
    }
}
