using System.Collections.Immutable;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>The stores of one cache. Opens places until the cache is disposed.</summary>
internal sealed class CacheStores(ImmutableArray<ICacheStoreProvider> providers, CacheFormatLimits limits) : IAsyncDisposable
{
    private int _disposed;

    public void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0)
            throw Disposed();
    }

    public OpenPlace Open(CachePlace place)
    {
        ThrowIfDisposed();
        var store = providers.Select(p => p.Open(place.Location)).FirstOrDefault(s => s is not null);
        return new OpenPlace(store ?? throw NoStore(place.Location), place.Manifest, limits);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var provider in providers)
            await provider.DisposeAsync().ConfigureAwait(false);
    }

    // Users know the cache, not this class.
    private static ObjectDisposedException Disposed() => new("BuildCache");

    private static RegistryCacheException NoStore(CacheLocation location) => new(
        RegistryCacheErrorCode.InvalidOptions,
        $"No registered store opens {location}: call UseOci() from RegistryCache.Oci for registries and directories, or UseStores for "
            + "other places.");
}
