using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Uploads;

/// <summary>The state of one upload: the URL for the next bytes, how many bytes are confirmed, and what the registry refused.</summary>
internal sealed class UploadSession(Descriptor blob, BlobSource source, long chunkBytes)
{
    private const long LeastChunkBytes = 64 << 10;

    private long _bodyLength;
    private long? _mostChunkBytes;
    private Func<Task> _endBody = static () => Task.CompletedTask;

    public Descriptor Blob { get; } = blob;

    public BlobSource Source { get; } = source;

    /// <summary>The latest Location, or <see langword="null"/> if there is no session.</summary>
    public Uri? Location { get; set; }

    /// <summary>The bytes that the registry has, by the client's count. The registry's Range header is only a hint.</summary>
    public long Offset { get; set; }

    /// <summary>Whether chunks are sent: because of the option, to resume, or because the single PUT was refused.</summary>
    public bool Chunked { get; set; }

    /// <summary>Whether chunks were refused. Then only the single PUT remains.</summary>
    public bool ChunksRefused { get; set; }

    /// <summary>Whether a resumed upload had a wrong digest. Then every failure starts the upload from the beginning.</summary>
    public bool NeverResume { get; set; }

    public long ChunkBytes { get; private set; } = chunkBytes;

    /// <summary>The registry's minimum chunk size, or 0 if it reported none.</summary>
    public long MinChunkBytes { get; set; }

    public long BytesSent { get; set; }

    /// <summary>The bytes of the latest body that were sent.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Whether the source is verified while it is sent. Storage that was verified when it was written is not, because the registry
    /// verifies what it receives. After a refusal it is, so the error says which side has the wrong bytes.</summary>
    public bool VerifiesSource { get; set; } = !source.IsVerifiedStorage;

    /// <summary>Makes the requests smaller, after the time limit of a handler cut one. Half of what was sent leaves room for a slower
    /// connection.</summary>
    public void SendLess()
    {
        if (_bodyLength == 0 || ChunksRefused)
            return;
        _mostChunkBytes = Math.Max(LeastChunkBytes, Math.Min(_mostChunkBytes ?? ChunkBytes, _bodyLength / 2));
        ChunkBytes = Math.Clamp(BodyBytes / 2, LeastChunkBytes, _mostChunkBytes.Value);
        Chunked = true;
    }

    /// <summary>A request was taken. Where requests had to become smaller, the next one may be larger again, but not as large as one that
    /// was cut.</summary>
    public void Took()
    {
        if (_mostChunkBytes is { } most)
            ChunkBytes = Math.Min(ChunkBytes * 2, most);
    }

    /// <summary>Sends no chunk that is larger.</summary>
    public void LimitChunks(long bytes)
    {
        ChunkBytes = bytes;
        if (_mostChunkBytes > bytes)
            _mostChunkBytes = bytes;
    }

    /// <summary>Waits until nothing reads the source any more. A request can end before its body does.</summary>
    public Task EndBodyAsync() => _endBody();

    /// <summary>Sends a part of the blob. A source with wrong content never completes an upload.</summary>
    public BlobSourceContent Content(long offset, long length, StallTimer stall, Action<long, long> progress)
    {
        BodyBytes = 0;
        _bodyLength = length;
        var whole = offset == 0 && length == Blob.Size;
        var endBefore = _endBody;
        var content = new BlobSourceContent(
            async ct =>
            {
                // The transport repeats a request after a challenge or a redirect.
                await endBefore().ConfigureAwait(false);

                // The framework itself sends a body again if a proxy asks for credentials.
                BodyBytes = 0;
                return (whole, VerifiesSource) switch
                {
                    (false, _) => await Source.OpenReadAsync(offset, ct).ConfigureAwait(false),
                    (true, false) => await Source.OpenStoredAsync(ct).ConfigureAwait(false),
                    (true, true) => await Source.OpenVerifiedAsync(Blob, ct).ConfigureAwait(false),
                };
            },
            length, stall, sent =>
            {
                BytesSent += sent;
                BodyBytes += sent;
                progress(sent, offset + BodyBytes);
            });
        _endBody = content.StopAsync;
        return content;
    }
}
