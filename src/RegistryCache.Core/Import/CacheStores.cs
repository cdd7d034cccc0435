using System.Collections.Immutable;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>The stores of one cache. Opens places until the cache is disposed.</summary>
internal sealed class CacheStores(
    ImmutableArray<ICacheStoreProvider> providers, CacheFormatLimits limits, LocalBlobDirectory? blobs)
    : IDisposable, IAsyncDisposable
{
    private int _disposed;

    public void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0)
            throw Disposed();
    }

    public OpenPlace Open(CachePlace place) => Open(place, blobs);

    /// <summary>Opens a place without local copies of its blobs, to see what the place itself has.</summary>
    public OpenPlace OpenDirect(CachePlace place) => Open(place, copies: null);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var provider in providers)
        {
            if (provider is IDisposable disposable)
                disposable.Dispose();
            else
                provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var provider in providers)
            await provider.DisposeAsync().ConfigureAwait(false);
    }

    private OpenPlace Open(CachePlace place, LocalBlobDirectory? copies)
    {
        ThrowIfDisposed();
        IContentStore? store = null;
        ICacheStoreProvider? owner = null;
        foreach (var provider in providers.TakeWhile(p => owner is null || !p.IsFallback))
        {
            if (provider.Open(place.Location) is not { } opened)
                continue;
            if (owner is not null)
                throw TwoStores(place.Location, provider, owner);
            (store, owner) = (opened, provider);
        }

        if (store is null)
            throw NoStore(place.Location);

        // What is on this machine is not copied.
        if (copies is not null && place.Location.LocalPath is null)
            store = new LocalBlobStore(store, copies);
        return new OpenPlace(store, place.Manifest, limits);
    }

    // Users know the cache, not this class.
    private static ObjectDisposedException Disposed() => new("BuildCache");

    private static RegistryCacheException TwoStores(CacheLocation location, ICacheStoreProvider one, ICacheStoreProvider other) => new(
        RegistryCacheErrorCode.InvalidOptions,
        $"Two registered providers open {location}: {one.GetType().Name} and {other.GetType().Name}. Register one of them.");

    private static RegistryCacheException NoStore(CacheLocation location) => new(
        RegistryCacheErrorCode.InvalidOptions,
        $"No registered store opens {location}: call UseOci() from RegistryCache.Oci for registries and directories, or UseStores for "
            + "other places.");
}
