using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Streams;

/// <summary>The file of a spool while it is written. An error, such as a full disk, names the directory.</summary>
internal sealed class SpoolStream(FileStream file, string directory) : Stream
{
    public override bool CanRead => file.CanRead;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => file.CanWrite;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <summary>The digest of all that was written, if its writer computed it; <see langword="null"/> after any other write.</summary>
    public Digest? Hashed { get; private set; }

    /// <summary>Notes the digest of a finished spool, so that it is not hashed again. Does nothing for any other stream.</summary>
    public static void MarkHashed(Stream stream, Digest digest)
    {
        if (stream is SpoolStream spool)
            spool.Hashed = digest;
    }

    /// <summary>Runs an action on a spool's file and makes its exceptions typed errors.</summary>
    public static T Guard<T>(string directory, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw Failure(directory, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Hashed = null;
        try
        {
            await file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw Failure(directory, e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Hashed = null;
        try
        {
            file.Write(buffer);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw Failure(directory, e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => Guard(directory, () =>
    {
        Hashed = null;
        file.SetLength(value);
        return value;
    });

    public override void Flush() => Guard(directory, () =>
    {
        file.Flush();
        return 0;
    });

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private static CacheStorageException Failure(string directory, Exception cause) => new(
        RegistryCacheErrorCode.StorageFailure,
        $"A temporary file in {directory} could not be created, written or read: {ErrorText.Sentence(cause.Message)} "
            + "Free space there, or name another directory (LayerOptions.SpoolDirectory, or the environment's TMPDIR).",
        cause);
}
