using RegistryCache.Core.Graph;
using RegistryCache.Core.Listing;
using RegistryCache.Core.Progress;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Lists the caches of a repository or of a directory, or what one tag holds, if the text names a tag or a digest.</summary>
    /// <param name="source">The source in <c>--cache-from</c> form, for example <c>type=registry,ref=ghcr.io/acme/ci</c>.</param>
    /// <param name="maxTags">The most tags to read, at least 1. The store decides which come first.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    /// <exception cref="RegistryCacheException">The tags cannot be listed, or the store cannot be read.</exception>
    public virtual Task<CacheListing> ListAsync(string source, int maxTags = 1000, CancellationToken cancellationToken = default) =>
        ListAsync(ParseSource(source), maxTags, progress: null, cancellationToken);

    /// <summary>Lists the caches of a repository or of a directory, or what one tag holds, if the source names a tag or a digest. Each tag
    /// costs two requests; layers are not read. A listing without tags means that there is no cache.</summary>
    /// <param name="source">The source.</param>
    /// <param name="maxTags">The most tags to read, at least 1. The store decides which come first.</param>
    /// <param name="progress">Is told how far the manifests and configs are read, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="RegistryCacheException">The tags cannot be listed, or the store cannot be read. One damaged cache of several is in
    /// <see cref="CacheListing.Failures"/> instead.</exception>
    public virtual async Task<CacheListing> ListAsync(
        CacheSource source, int maxTags = 1000, IProgress<CacheProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTags, 1);
        var meter = ProgressMeter.Create(progress, CachePhase.Importing, _time);
        var lister = new CacheLister(_stores.Open(source.Place).Counting(meter), ResultOrder.At(_time.GetUtcNow(), _limits.MaxClockSkew));
        try
        {
            var listing = source.NamesManifest
                ? await lister.ListOneAsync(cancellationToken).ConfigureAwait(false)
                : await lister.ListAllAsync(maxTags, cancellationToken).ConfigureAwait(false);
            meter?.Complete();
            return listing;
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Source);
            throw;
        }
    }
}
