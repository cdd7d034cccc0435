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
    public CacheLayer Layer => layer;

    public RegistryCacheException? Failure { get; private set; }

    internal override string? Name => layer.Digest.ToString();

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = context.ReadsCopies && layer.Content is MirroredBlob mirrors
                ? BlobSource.FromDelegate(token => OpenCopyAsync(mirrors, token))
                : layer.Content;
            content = context.Meter?.Measure(content) ?? content;
            content = progress?.Measure(content, layer.Digest) ?? content;
            var tar = await LayerReader.OpenAsync(layer.Descriptor, content, context.Codecs, context.Limits, cancellationToken)
                .ConfigureAwait(false);
            return new Marked(this, tar);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(e);
        }
    }

    /// <summary>The layer's own list of files, and the blob that it reads; <see langword="null"/> if the layer has none. The blob becomes
    /// the caller's.</summary>
    public async Task<(ILayerFiles Files, ByteRangeReader Blob)?> TryOpenFilesAsync(CancellationToken cancellationToken)
    {
        if (context.Codecs.AnnouncedBy(layer.Descriptor) is not { } codec || context.ReadsCopies && layer.Content is MirroredBlob)
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

    private async ValueTask<Stream> OpenCopyAsync(MirroredBlob mirrors, CancellationToken cancellationToken)
    {
        var copy = await mirrors.FetchAsync(context.Limits.SpoolDirectory, cancellationToken).ConfigureAwait(false);
        return new Copied(copy, await copy.ToSource().OpenReadAsync(cancellationToken).ConfigureAwait(false));
    }

    private static bool IsFailure(Exception e) => e is RegistryCacheException || StorageError.Is(e);

    private RegistryCacheException Fail(Exception e)
    {
        var failure = e as RegistryCacheException ?? CacheStorageException.Failed($"Layer {layer.Digest} could not be read", e);
        failure.Mark(CacheSide.Source);
        return Failure = failure;
    }

    private sealed class Copied(SpoolFile copy, Stream inner) : OwningReadStream(inner)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Inner.ReadAsync(buffer, cancellationToken);

        protected override async ValueTask CloseAsync()
        {
            await base.CloseAsync().ConfigureAwait(false);
            await copy.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Marked(LayerLoad owner, Stream inner) : OwningReadStream(inner)
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
    }
}
