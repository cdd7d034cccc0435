using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Core.Loading;

/// <summary>A layer of a result as an uncompressed tar. Remembers whether loading it failed, because a bad layer and a folder that cannot
/// be written are different problems.</summary>
internal sealed class LayerLoad(CacheLayer layer, SessionContext context, ProgressMeter? progress = null) : BlobSource
{
    // A load that began in doubt reads a copy, which is no better the next time.
    private readonly bool _isLastTry = layer.Content is MirroredBlob { IsInDoubt: true };

    public CacheLayer Layer => layer;

    public RegistryCacheException? Failure { get; private set; }

    internal override string? Name => layer.Digest.ToString();

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        var copy = await CopyAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var tar = await LayerReader.OpenAsync(
                layer.Descriptor, copy?.ToSource() ?? Measured(layer.Content), context.Codecs, context.Limits, cancellationToken)
                .ConfigureAwait(false);
            return new Marked(this, tar, copy);
        }
        catch (Exception e)
        {
            if (copy is not null)
                await copy.DisposeAsync().ConfigureAwait(false);
            if (IsFailure(e))
                throw Fail(e);
            throw;
        }
    }

    /// <summary>The layer's own list of files, and the blob that it reads; <see langword="null"/> if the layer has none. The blob becomes
    /// the caller's.</summary>
    public async Task<(ILayerFiles Files, ByteRangeReader Blob)?> TryOpenFilesAsync(CancellationToken cancellationToken)
    {
        if (context.Codecs.AnnouncedBy(layer.Descriptor) is not { } codec || layer.Content is MirroredBlob { IsInDoubt: true })
            return null;
        try
        {
            var blob = await layer.Content.OpenRangesAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false);
            var isKept = false;
            try
            {
                var files = await codec.OpenFilesAsync(layer.Descriptor, blob, cancellationToken).ConfigureAwait(false);
                isKept = files is not null;
                return files is null ? null : (files, blob);
            }
            finally
            {
                if (!isKept)
                    await blob.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(e);
        }
    }

    /// <summary>The same stream, whose failure is one of the layer.</summary>
    public Stream Mark(Stream stream) => new Marked(this, stream);

    /// <summary>Whether another load of the layer may help after this one failed, because several sources have it. From then on it is read
    /// from a copy.</summary>
    public bool IsWorthAnother()
    {
        if (_isLastTry || layer.Content is not MirroredBlob mirrors)
            return false;
        mirrors.Doubt();
        return true;
    }

    /// <summary>The layer was read after all.</summary>
    public void Forgive() => Failure = null;

    private BlobSource Measured(BlobSource content)
    {
        content = context.Meter?.Measure(content) ?? content;
        return progress?.Measure(content, layer.Digest) ?? content;
    }

    // A temporary file that cannot be written says nothing about the layer.
    private async Task<SpoolFile?> CopyAsync(CancellationToken cancellationToken)
    {
        if (layer.Content is not MirroredBlob { IsInDoubt: true } mirrors)
            return null;
        try
        {
            return await mirrors.FetchAsync(context.Limits.SpoolDirectory, Measured, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Side == CacheSide.Source)
        {
            throw Fail(e);
        }
    }

    private static bool IsFailure(Exception e) => e is RegistryCacheException || StorageError.Is(e);

    private RegistryCacheException Fail(Exception e)
    {
        var failure = e as RegistryCacheException ?? CacheStorageException.Failed($"Layer {layer.Digest} could not be read", e);
        failure.Mark(CacheSide.Source);
        return Failure = failure;
    }

    private sealed class Marked(LayerLoad owner, Stream inner, SpoolFile? copy = null) : OwningReadStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsFailure(e))
            {
                throw owner.Fail(e);
            }
        }

        protected override async ValueTask CloseAsync()
        {
            await base.CloseAsync().ConfigureAwait(false);
            if (copy is not null)
                await copy.DisposeAsync().ConfigureAwait(false);
        }
    }
}
