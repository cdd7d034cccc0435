using RegistryCache.Core.Content;
using RegistryCache.Core.Streams;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Writes a blob and computes its digest and size in the same pass.</summary>
internal sealed class HashingWriter(Stream target) : IDisposable
{
    private readonly DigestHasher _hash = new(DigestAlgorithm.Sha256);

    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _hash.Append(bytes.Span);
        Length += bytes.Length;
    }

    public async ValueTask WriteAsync(SegmentedBuffer bytes, CancellationToken cancellationToken)
    {
        foreach (var segment in bytes.Written)
            await WriteAsync(segment, cancellationToken).ConfigureAwait(false);
    }

    public Digest Finish()
    {
        var digest = _hash.Current();
        SpoolStream.MarkHashed(target, digest);
        return digest;
    }

    public void Dispose() => _hash.Dispose();
}
