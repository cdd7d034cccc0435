using Microsoft.Extensions.Logging;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Healing;
using RegistryCache.Core.Verification;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Checks that every blob of a cache exists and has the right size, and reads as many of them as the options say.</summary>
    /// <param name="source">The cache, in <c>--cache-from</c> form, for example <c>type=registry,ref=ghcr.io/acme/app:main</c>.</param>
    /// <param name="options">How thoroughly, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    /// <exception cref="RegistryCacheException">The store cannot be read.</exception>
    public virtual Task<CacheVerification> VerifyAsync(
        string source, CacheVerifyOptions? options = null, CancellationToken cancellationToken = default) =>
        VerifyAsync(ParseSource(source), options, cancellationToken);

    /// <summary>Checks that every blob of a cache exists and has the right size, and reads as many of them as the options say. What is read
    /// is compared with its digest and its diffID. Local copies of blobs are not used. Each layer costs one small request, or is read
    /// once.</summary>
    /// <param name="source">The cache.</param>
    /// <param name="options">How thoroughly, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="RegistryCacheException">The store cannot be read: nothing is known about the cache then.</exception>
    public virtual async Task<CacheVerification> VerifyAsync(
        CacheSource source, CacheVerifyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var verifier = new CacheVerifier(_stores.OpenDirect(source.Place), source, Codecs, _layerOptions, _time);
        return (await OfSourceAsync(() => verifier.RunAsync(options ?? new(), cancellationToken)).ConfigureAwait(false)).Report;
    }

    /// <summary>Heals a cache in its tag: puts back the blobs that other sources have, and takes away the results that still cannot be
    /// loaded. Records stay with their links. The tag is moved at most once, and what other writers add at the same time stays.</summary>
    /// <param name="source">The cache, in <c>--cache-from</c> form, with a tag.</param>
    /// <param name="options">Where to look for what is lost, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work; the tag then points to the old or the new cache.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    /// <exception cref="RegistryCacheException">A store cannot be read or written, or the source names a digest.</exception>
    public virtual Task<CacheHealing> HealAsync(
        string source, CacheHealOptions? options = null, CancellationToken cancellationToken = default) =>
        HealAsync(ParseSource(source), options, cancellationToken);

    /// <summary>Heals a cache in its tag: puts back the blobs that other sources have, and takes away the results that still cannot be
    /// loaded. Records stay with their links. The tag is moved at most once, and what other writers add at the same time stays.</summary>
    /// <param name="source">The cache, with a tag.</param>
    /// <param name="options">Where to look for what is lost, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work; the tag then points to the old or the new cache.</param>
    /// <exception cref="RegistryCacheException">A store cannot be read or written, or the source names a digest.</exception>
    public virtual Task<CacheHealing> HealAsync(
        CacheSource source, CacheHealOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        if (source.Place.Manifest.Tag is null)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions, $"'{source}' names a digest. Healing moves a tag, so name the tag.");
        }

        var healer = new CacheHealer(
            _stores.OpenDirect(source.Place), source, [.. options.From.Select(f => _stores.Open(f.Place))], _converter, _layerOptions,
            _limits, _exporters.Defaults, _time, _loggers.CreateLogger<CacheHealer>());
        return OfSourceAsync(() => healer.RunAsync(options, cancellationToken));
    }

    private static async Task<T> OfSourceAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Source);
            throw;
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed("A file could not be read or written", e);
        }
    }
}
