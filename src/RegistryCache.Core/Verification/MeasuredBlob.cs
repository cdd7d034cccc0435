using RegistryCache.Core.Content;

namespace RegistryCache.Core.Verification;

/// <summary>A stored blob that is read once, counted and hashed. It ends where the descriptor says, also if there is more. Reading goes on
/// where a decoder has stopped, so that damage is told from a blob that was stored like that.</summary>
internal sealed class MeasuredBlob(Stream stored, Descriptor blob, Stream? copy, Action<long>? progress) : ForwardReadStream
{
    private readonly DigestHasher _hash = new(blob.Digest.Algorithm);
    private long _count;

    /// <summary>The error of the store, which a decoder may have wrapped in one of its own.</summary>
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, blob.Size - _count);
        if (wanted == 0)
            return 0;
        var read = await ReadStoredAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
        var bytes = buffer[..read];
        _hash.Append(bytes.Span);
        _count += read;
        progress?.Invoke(read);
        if (copy is not null)
            await copy.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        return read;
    }

    /// <summary>Reads the rest, and says what is wrong with the bytes.</summary>
    public async Task<BlobFault?> FinishAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
        {
        }

        if (_count < blob.Size)
            return new BlobFault(CacheDamageKind.WrongSize, $"It has {_count} bytes instead of {blob.Size}.");
        if (await ReadStoredAsync(buffer.AsMemory(0, 1), cancellationToken).ConfigureAwait(false) > 0)
            return new BlobFault(CacheDamageKind.WrongSize, $"It has more than {blob.Size} bytes.");
        var actual = _hash.Current();
        return actual == blob.Digest ? null : new BlobFault(CacheDamageKind.WrongDigest, $"Its bytes have the digest {actual}.");
    }

    protected override ValueTask CloseAsync()
    {
        _hash.Dispose();
        return stored.DisposeAsync();
    }

    private async ValueTask<int> ReadStoredAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stored.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failure = e;
            throw;
        }
    }
}
