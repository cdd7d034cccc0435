using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>A layer's decoded content, forward only. It is received, decompressed and hashed a few buffers ahead of the reader. The stream
/// ends only if everything was right. Not thread-safe.</summary>
internal sealed class LayerReadStream : ForwardReadStream
{
    private readonly Descriptor _layer;
    private readonly Digest? _expected;
    private readonly long _maxBytes;
    private readonly LayerOptions _limits;
    private readonly bool _isByRatio;
    private readonly Stream _blob;
    private readonly Stream _tar;
    private readonly Stream? _additions;
    private readonly DigestHasher? _hash;
    private long _position;
    private long _decoded;
    private bool _finished;

    public LayerReadStream(Descriptor layer, ILayerCodec codec, Stream verifiedBlob, long? tarEnd, LayerOptions limits)
    {
        _layer = layer;
        Compression = codec.Compression;
        _expected = layer.Annotations.TryGetValue(AnnotationKeys.Uncompressed, out var text) && Digest.TryParse(text, out var diffId)
            ? diffId
            : null;
        _limits = limits;
        _maxBytes = _limits.EffectiveDecodedBytes;
        if (_limits.EffectiveRatio is { } ratio)
        {
            var byRatio = Math.Max(_limits.RatioGraceBytes, (long)Math.Min(long.MaxValue / 2d, layer.Size * (double)ratio));
            _isByRatio = byRatio < _maxBytes;
            _maxBytes = Math.Min(byRatio, _maxBytes);
        }

        // An uncompressed layer is hashed when the blob is verified.
        var storedAsIs = codec.Compression == LayerCompression.Uncompressed && _expected == layer.Digest;
        _hash = storedAsIs ? null : new DigestHasher(Algorithm);
        _blob = new ReadAheadStream(verifiedBlob);
        if (storedAsIs)
        {
            _tar = codec.OpenDecoder(_blob);
        }
        else if (tarEnd is { } end)
        {
            _tar = new ReadAheadStream(codec.OpenDecoder(new StreamSlice(_blob, end)));
            _additions = codec.OpenDecoder(_blob);
        }
        else
        {
            _tar = new ReadAheadStream(codec.OpenDecoder(_blob));
        }
    }

    /// <summary>The codec that the bytes were found to be of.</summary>
    public LayerCompression Compression { get; }

    /// <summary>The digest of the decoded content, once the end was reached.</summary>
    public Digest? DiffId { get; private set; }

    /// <summary>What the content is hashed with: the algorithm of the diffID that the layer states.</summary>
    public DigestAlgorithm Algorithm => _expected?.Algorithm ?? DigestAlgorithm.Sha256;

    /// <summary>The digest of what was read, once the end was reached: the codec's additions are in <see cref="DiffId"/> only.</summary>
    public Digest? TarDigest { get; private set; }

    /// <summary>The object that hashes the tar, for a codec that continues with it after the end. <see langword="null"/> when only the blob
    /// is hashed, or when this stream continues with it, because the state of a hash cannot be copied.</summary>
    public DigestHasher? TarHasher => _additions is null ? _hash : null;

    /// <summary>How many bytes have been read.</summary>
    /// <exception cref="NotSupportedException">It was set: the stream cannot go back.</exception>
    public override long Position => _position;

    /// <inheritdoc/>
    /// <exception cref="ContentMismatchException">The blob or its content is not what the descriptor promises.</exception>
    /// <exception cref="RegistryCacheException">The blob is corrupt, truncated or followed by garbage.</exception>
    /// <exception cref="LimitExceededException">The content exceeds <see cref="LayerOptions"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_finished || buffer.IsEmpty)
            return 0;
        try
        {
            var read = await _tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                await FinishAsync(cancellationToken).ConfigureAwait(false);
                return 0;
            }

            Take(buffer.Span[..read]);
            _position += read;
            return read;
        }
        catch (RegistryCacheException e)
        {
            e.About("Layer", _layer.Digest.ToString());
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask CloseAsync()
    {
        await _tar.DisposeAsync().ConfigureAwait(false);
        if (_additions is not null)
            await _additions.DisposeAsync().ConfigureAwait(false);
        await _blob.DisposeAsync().ConfigureAwait(false);
        _hash?.Dispose();
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        int read;
        TarDigest = _hash is null ? _layer.Digest : _hash.Current();
        while (_additions is not null && (read = await _additions.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            Take(buffer.AsSpan(0, read));

        // The blob is verified at its end, so it must be read to its end, even if a decoder stops before that.
        if (await _blob.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
            throw new LayerFormatException(
                RegistryCacheErrorCode.CorruptLayer,
                $"Layer {_layer.Digest} has bytes after the end of its {Compression} data. The blob is damaged; it was not used.");
        DiffId = CheckDiffId(_additions is null ? TarDigest.Value : _hash!.Current());
        _finished = true;
    }

    private Digest CheckDiffId(Digest actual)
    {
        if (_expected is { } expected && expected != actual)
        {
            throw new ContentMismatchException(
                RegistryCacheErrorCode.DigestMismatch, $"uncompressed content of layer {_layer.Digest}",
                expected.ToString(), actual.ToString());
        }

        return actual;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        _decoded += bytes.Length;
        if (_decoded > _maxBytes)
            throw TooMuch();
        _hash?.Append(bytes);
    }

    private LimitExceededException TooMuch() => _isByRatio
        ? new LimitExceededException(
            $"The ratio of uncompressed to compressed bytes of layer {_layer.Digest}",
            $"{nameof(LayerOptions)}.{nameof(LayerOptions.MaxRatio)}", _limits.EffectiveRatio ?? 0,
                _decoded / Math.Max(_layer.Size, 1))
        : new LimitExceededException(
            $"The uncompressed content of layer {_layer.Digest}",
                $"{nameof(LayerOptions)}.{nameof(LayerOptions.MaxDecodedBytes)}", _maxBytes);
}
