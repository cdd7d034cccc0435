using RegistryCache.Oci.Hosts;

namespace RegistryCache.Oci.Downloads;

/// <summary>Finds and opens blobs of one repository.</summary>
internal sealed class BlobReader(RepositoryContext repository)
{
    public async Task<long?> FindAsync(Digest digest, CancellationToken cancellationToken) =>
        await LookAsync(digest, cancellationToken).ConfigureAwait(false) switch
        {
            (false, _) => null,
            (true, { } size) => size,
            _ => throw RegistryTransport.Protocol($"{repository.DisplayName} did not report the size of blob {digest}."),
        };

    /// <summary>Whether a blob exists, and its size if the registry reports it. From HEAD only 404 and a size above 0 are accepted. After
    /// any other answer GET is sent, whose answer also gives the reason.</summary>
    public async Task<(bool Exists, long? Size)> LookAsync(Digest digest, CancellationToken cancellationToken)
    {
        var request = repository.Blob(HttpMethod.Head, digest, asksOtherwiseAfter: [500]);
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        switch (exchange.Status)
        {
            case 404:
                return (false, null);
            case 200 when exchange.Response.Content.Headers.ContentLength is { } size and > 0:
                return (true, size);
            case 200 or 400 or 401 or 403 or 405 or 500 or 501:
                return await MeasureAsync(digest, cancellationToken).ConfigureAwait(false);
            default:
                throw await repository.Transport.FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an existing blob can be read, with write permission requested.</summary>
    public async Task<bool> IsReadableAsync(Descriptor blob, bool holdsSlot, CancellationToken cancellationToken)
    {
        var request = repository.Blob(HttpMethod.Head, blob.Digest, asWriter: true, holdsSlot: holdsSlot);
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return exchange.Status == 200;
    }

    /// <summary>The size from GET, for a registry whose HEAD reports an unexpected size or none.</summary>
    public async Task<(bool Exists, long? Size)> MeasureAsync(Digest digest, CancellationToken cancellationToken)
    {
        var request = repository.BlobRange(digest, start: 0, end: 0);
        using var exchange = await repository.Transport.SendAsync(request, [200, 206, 404, 416], cancellationToken).ConfigureAwait(false);
        var headers = exchange.Response.Content.Headers;
        return exchange.Status switch
        {
            404 => (false, null),
            206 or 416 => (true, headers.ContentRange?.Length),
            _ => (true, headers.ContentLength),
        };
    }

    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var options = repository.Options;
        var isLarge = options.ParallelRanges > 1 && blob.Size > options.ParallelRangeBytes;
        if (isLarge && options.ParallelBelowRate == long.MaxValue)
        {
            await RequireAsync(blob, cancellationToken).ConfigureAwait(false);
            return new ParallelRangeStream(repository, blob);
        }

        var slots = repository.Transport.Host.State.ReadSlots;
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var stream = new ResumingReadStream(repository, blob, 0, blob.Size, () => slots.Release());
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return isLarge && options.ParallelBelowRate > 0 ? new WideningReadStream(repository, blob, stream) : stream;
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
        var (exists, announced) = await LookAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        if (!exists || (announced is not null && announced != blob.Size))
            (exists, announced) = await MeasureAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        if (!exists)
            throw new ContentNotFoundException(blob.Digest.ToString(), repository.DisplayName);
        if (announced is { } size && size != blob.Size)
            throw new ContentMismatchException(RegistryCacheErrorCode.SizeMismatch, $"blob {blob.Digest}", $"{blob.Size} bytes",
                $"{size} bytes");
    }
}
