namespace RegistryCache.Layers;

/// <summary>One way to store a layer's tar as a blob. Implementations are thread-safe, keep no state between calls and use memory that does
/// not grow with the layer. Register your own with <see cref="BuildCacheBuilder.UseCodecs(IEnumerable{ILayerCodec})"/>.</summary>
public interface ILayerCodec
{
    /// <summary>The name, as in <c>compression=…</c>. Two codecs of one cache must not share it.</summary>
    LayerCompression Compression { get; }

    /// <summary>The levels, or <see langword="null"/> when the codec has none; an encoder then ignores a level, as BuildKit does.</summary>
    CompressionLevelRange? Levels { get; }

    /// <summary>The media type of the blobs: OCI's or a vendor's. Two share it only if one is <see cref="VariantOf"/> the other.</summary>
    string MediaType { get; }

    /// <summary>The media type of the blobs in a cache with Docker types; <see langword="null"/> when such a cache cannot have them:
    /// BuildKit refuses zstd and estargz.</summary>
    string? DockerMediaType { get; }

    /// <summary>The compression whose readers can read these blobs too, by the same media type: gzip for estargz. Default none.</summary>
    LayerCompression? VariantOf => null;

    /// <summary>Whether an annotation of a descriptor names this codec, although variants share the media type: estargz names its table of
    /// contents in one. Default <see langword="false"/>.</summary>
    /// <param name="layer">The descriptor.</param>
    bool IsAnnouncedBy(Descriptor layer) => false;

    /// <summary>How certain it is that a blob is of this codec, judged by its bytes. The media type must not decide, because it can be
    /// wrong. All codecs are asked, and the most certain one reads the blob. If two are equally certain, the media type decides.</summary>
    /// <param name="probe">The blob. If only a part of it can be read, answer by that part.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken = default);

    /// <summary>The offset in the blob at which the bytes start that the codec added after the tar, such as a table of contents;
    /// <see langword="null"/> when the whole blob is the tar. A conversion copies only what is before it. It must be possible to decode
    /// both parts separately. Called only for blobs that match.</summary>
    /// <param name="probe">The blob, all of which can be read.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    ValueTask<long?> FindTarEndAsync(LayerProbe probe, CancellationToken cancellationToken = default) => ValueTask.FromResult<long?>(null);

    /// <summary>Checks what the codec added to the tar, such as a table of contents, against the descriptor and the files. Called only for
    /// a descriptor for which <see cref="IsAnnouncedBy"/> is true, after the digest of the blob was verified. Default: nothing.</summary>
    /// <param name="layer">The descriptor.</param>
    /// <param name="blob">The blob; stays the caller's.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">The additions are missing or malformed, or do not match.</exception>
    Task VerifyAdditionsAsync(Descriptor layer, ByteRangeReader blob, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    /// <summary>Opens the blob's own list of files, so that one file can be read without the rest of the blob. Called only for a
    /// descriptor for which <see cref="IsAnnouncedBy"/> is true. Default: <see langword="null"/>, so the blob is read as a
    /// whole.</summary>
    /// <param name="layer">The descriptor.</param>
    /// <param name="blob">The blob; stays the caller's, and stays open as long as files are read.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">The list is malformed, or not the one that the descriptor promises.</exception>
    Task<ILayerFiles?> OpenFilesAsync(Descriptor layer, ByteRangeReader blob, CancellationToken cancellationToken = default) =>
        Task.FromResult<ILayerFiles?>(null);

    /// <summary>Opens the decompressed content, forward only. The stream checks every checksum of the format, and that nothing is missing
    /// or left over at its end. The caller checks digests.</summary>
    /// <param name="blob">The blob. The returned stream owns it.</param>
    /// <exception cref="RegistryCacheException">By the returned stream: corrupt, truncated or followed by garbage
    /// (<see cref="RegistryCacheErrorCode.CorruptLayer"/>).</exception>
    Stream OpenDecoder(Stream blob);

    /// <summary>Writes a tar as a blob in one pass. The same tar, level and library version always give the same bytes.</summary>
    /// <param name="tar">The tar, read once from its present position to its end.</param>
    /// <param name="blob">Where the blob goes; not disposed.</param>
    /// <param name="options">Level and workers.</param>
    /// <param name="cancellationToken">Cancels the work. What was written is then worthless.</param>
    /// <exception cref="RegistryCacheException">The level is out of range. Nothing was read or written.</exception>
    /// <exception cref="RegistryCacheException">The codec cannot represent the tar.</exception>
    Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken = default);
}
