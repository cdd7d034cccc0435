using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>Fetches configs: verified, and no larger than the limit.</summary>
internal static class ConfigReader
{
    private const string Limit = $"{nameof(CacheFormatLimits)}.{nameof(CacheFormatLimits.MaxConfigBytes)}";

    public static async Task<byte[]> ReadAsync(
        IReadOnlyContentStore store, Descriptor config, string what, CacheFormatLimits limits, CancellationToken cancellationToken)
    {
        // The size is only what the manifest claims, but a claim above the limit needs no request.
        if (config.Size > limits.MaxConfigBytes)
            throw new LimitExceededException(what, Limit, limits.MaxConfigBytes, config.Size);
        var stream = await new StoreBlobSource(store, config).OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await BoundedRead.ToArrayAsync(stream, limits.MaxConfigBytes, what, Limit, cancellationToken).ConfigureAwait(false);
    }
}
