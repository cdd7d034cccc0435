using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;

namespace RegistryCache.Oci.Downloads;

/// <summary>Finds and opens blobs of one repository.</summary>
internal sealed class BlobReader(RepositoryContext repository)
{
    public async Task<long?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        using var exchange = await repository.Transport.SendAsync(repository.Blob(HttpMethod.Head, digest), cancellationToken).ConfigureAwait(false);
        switch (exchange.Status)
        {
            case 404:
                return null;
            case 200:
                return exchange.Response.Content.Headers.ContentLength ?? await MeasureAsync(digest, cancellationToken).ConfigureAwait(false);
            case 405:
                return await MeasureAsync(digest, cancellationToken).ConfigureAwait(false);
            default:
                throw await ExplainAsync(digest, exchange, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (repository.Options.Download.ParallelRanges > 1 && blob.Size > repository.Options.Download.SegmentBytes)
        {
            await RequireAsync(blob, cancellationToken).ConfigureAwait(false);
            return new VerifyingReadStream(new ParallelRangeStream(repository, blob), blob);
        }

        var slots = repository.Transport.Host.State.ReadSlots;
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var stream = new ResumingReadStream(repository, blob, 0, blob.Size, () => slots.Release());
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new VerifyingReadStream(stream, blob);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<ByteRangeReader> OpenRangesAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        await RequireAsync(blob, cancellationToken).ConfigureAwait(false);
        return new RegistryRangeReader(repository, blob);
    }

    private async Task RequireAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var size = await FindAsync(blob.Digest, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(blob.Digest.ToString(), repository.DisplayName);
        if (size != blob.Size)
            throw new ContentMismatchException(RegistryCacheErrorCode.SizeMismatch, $"blob {blob.Digest}", $"{blob.Size} bytes", $"{size} bytes");
    }

    private async Task<long?> MeasureAsync(Digest digest, CancellationToken cancellationToken)
    {
        var request = repository.Blob(HttpMethod.Get, digest);
        using var exchange = await repository.Transport.SendAsync(request, [200, 404], cancellationToken).ConfigureAwait(false);
        return exchange.Status == 404
            ? null
            : exchange.Response.Content.Headers.ContentLength
              ?? throw RegistryTransport.Protocol($"{repository.DisplayName} does not tell the size of blob {digest}.");
    }

    // The answer to HEAD has no body; the same as GET says why.
    private async Task<RegistryResponseException> ExplainAsync(Digest digest, RegistryExchange head, CancellationToken cancellationToken)
    {
        var request = repository.Blob(HttpMethod.Get, digest);
        if (head.Status == 403)
        {
            using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (exchange.Status == head.Status)
                return await repository.Transport.FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        }

        return await repository.Transport.FailureAsync(repository.Blob(HttpMethod.Head, digest), head, cancellationToken).ConfigureAwait(false);
    }
}
