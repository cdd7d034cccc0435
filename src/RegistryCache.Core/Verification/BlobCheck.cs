using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Verification;

/// <summary>Checks the blobs of a store. A fault is part of the answer. A store that cannot be asked is an exception.</summary>
internal sealed class BlobCheck(IContentStore store, LayerCodecSet codecs, LayerOptions options)
{
    /// <summary>Whether a blob exists with the right size.</summary>
    public async Task<BlobFault?> LookAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            var size = await store.FindBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
            if (size == blob.Size)
                return null;
            if (size is null)
                return new BlobFault(CacheDamageKind.Missing, "The store does not have it.");

            // Some registries announce a wrong size. The request for a range tells the real one.
            await using var _ = (await store.OpenBlobRangesAsync(blob, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (BlobFault.Of(e) is not null)
        {
            return BlobFault.Of(e);
        }
    }

    /// <summary>Reads a blob once, from its start to its end: size, digest, and of a layer the format, the diffID and what the codec
    /// added. A layer with such additions is also kept in a temporary file, because they are at the end and name what is before.</summary>
    public async Task<BlobFault?> ReadAsync(
        Descriptor blob, bool isLayer, Action<long>? progress, CancellationToken cancellationToken)
    {
        var announced = isLayer ? codecs.AnnouncedBy(blob) : null;
        var spool = announced is null ? null : SpoolFile.Create(options.SpoolDirectory);
        await using var _ = (spool ?? (IAsyncDisposable)NoSpool.Instance).ConfigureAwait(false);
        MeasuredBlob measured;
        try
        {
            var stored = await store.OpenBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            measured = new MeasuredBlob(stored, blob, spool?.Stream, progress);
        }
        catch (Exception e) when (BlobFault.Of(e) is { } fault)
        {
            return fault;
        }

        await using (measured.ConfigureAwait(false))
        {
            var inside = isLayer ? await DecodeAsync(blob, measured, cancellationToken).ConfigureAwait(false) : null;
            BlobFault? outside;
            try
            {
                outside = measured.Failure is { } failure
                    ? throw failure
                    : await measured.FinishAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e == measured.Failure && BlobFault.Of(e) is not null)
            {
                outside = BlobFault.Of(e);
            }

            if (outside is not null || inside is not null || announced is null)
                return outside ?? inside;
        }

        return await CheckAdditionsAsync(announced, blob, spool!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the layer as a reader does. Errors of the store are left to the caller.</summary>
    private async Task<BlobFault?> DecodeAsync(Descriptor layer, MeasuredBlob measured, CancellationToken cancellationToken)
    {
        try
        {
            var tar = await LayerReader.OpenAsync(layer, new OpenedBlob(measured, cancellationToken), codecs, options, cancellationToken)
                .ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
                await tar.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (measured.Failure is not null && e is not OperationCanceledException)
        {
            return null;
        }
        catch (ContentMismatchException e) when (e.Code == RegistryCacheErrorCode.DigestMismatch)
        {
            return new BlobFault(CacheDamageKind.WrongDiffId, $"It decompresses to {e.Actual} instead of {e.Expected}.");
        }
        catch (RegistryCacheException e) when (e is LayerFormatException or LimitExceededException)
        {
            return BlobFault.Of(e);
        }
    }

    private static async Task<BlobFault?> CheckAdditionsAsync(
        ILayerCodec codec, Descriptor layer, SpoolFile spool, CancellationToken cancellationToken)
    {
        try
        {
            var ranges = spool.OpenRanges();
            await using (ranges.ConfigureAwait(false))
                await codec.VerifyAdditionsAsync(layer, ranges, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RegistryCacheException e) when (BlobFault.Of(e) is not null && e.Code != RegistryCacheErrorCode.StorageFailure)
        {
            return new BlobFault(CacheDamageKind.WrongToc, e.Message);
        }
    }

    private sealed class NoSpool : IAsyncDisposable
    {
        public static NoSpool Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Gives an open blob to a reader, which neither verifies nor closes it. A reader that stops must not break off a read,
    /// because the rest is read after that.</summary>
    private sealed class OpenedBlob(Stream blob, CancellationToken whole) : BlobSource
    {
        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<Stream>(new Kept(blob, whole));

        public override ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
            OpenReadAsync(cancellationToken);

        private sealed class Kept(Stream blob, CancellationToken whole) : ForwardReadStream
        {
            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                blob.ReadAsync(buffer, whole);
        }
    }
}
