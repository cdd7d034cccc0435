using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Uploads;

/// <summary>What one upload knows: where the registry wants the next bytes, how many it confirmed, and what it learnt not to do.</summary>
internal sealed class UploadSession(Descriptor blob, BlobSource source)
{
    public Descriptor Blob { get; } = blob;

    public BlobSource Source { get; } = source;

    /// <summary>The newest Location, or <see langword="null"/> when there is no session.</summary>
    public Uri? Location { get; set; }

    /// <summary>Bytes that the registry holds, by our own count; its Range header is a hint only.</summary>
    public long Offset { get; set; }

    /// <summary>Whether chunks are sent, by option, by resumption or because the single PUT was refused.</summary>
    public bool Chunked { get; set; }

    /// <summary>Whether chunks were refused; then it is the single PUT or nothing.</summary>
    public bool ChunksRefused { get; set; }

    /// <summary>Whether resuming led to a wrong digest once; then every failure starts over.</summary>
    public bool NeverResume { get; set; }

    public long ChunkBytes { get; set; }

    /// <summary>The registry's own minimum for a chunk, 0 if it named none.</summary>
    public long MinChunkBytes { get; set; }

    public long BytesSent { get; set; }

    /// <summary>Bytes of the newest body that were sent.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Sends a part of the blob. The bytes of a whole blob are checked on the way, so that a source that lies never completes an upload.</summary>
    public BlobSourceContent Content(long offset, long length, StallTimer stall, Action<long, long> progress)
    {
        BodyBytes = 0;
        var whole = offset == 0 && length == Blob.Size;
        return new BlobSourceContent(
            async ct =>
            {
                // The framework itself sends a body again after a proxy has asked for credentials.
                BodyBytes = 0;
                return whole
                    ? new VerifyingReadStream(await Source.OpenReadAsync(ct).ConfigureAwait(false), Blob)
                    : await Source.OpenReadAsync(offset, ct).ConfigureAwait(false);
            },
            length, stall, sent =>
            {
                BytesSent += sent;
                BodyBytes += sent;
                progress(sent, offset + BodyBytes);
            });
    }
}
