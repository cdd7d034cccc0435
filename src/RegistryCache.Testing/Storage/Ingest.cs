using System.Security.Cryptography;

namespace RegistryCache.Testing.Storage;

/// <summary>Content that is on its way in. Its SHA-256 is known as soon as the last byte is there.</summary>
internal abstract class Ingest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        _hash.AppendData(bytes.Span);
        await WriteAsync(bytes).ConfigureAwait(false);
        Length += bytes.Length;
    }

    /// <summary>Whether the content has a digest.</summary>
    public async Task<bool> HasDigestAsync(Digest digest)
    {
        if (digest.AlgorithmName == "sha256")
            return digest.Hex == Convert.ToHexStringLower(_hash.GetCurrentHash());
        var content = OpenRead();
        await using (content.ConfigureAwait(false))
        {
            return digest.Hex == Convert.ToHexStringLower(digest.AlgorithmName == "sha512"
                ? await SHA512.HashDataAsync(content).ConfigureAwait(false)
                : await SHA384.HashDataAsync(content).ConfigureAwait(false));
        }
    }

    public void Dispose()
    {
        _hash.Dispose();
        Drop();
    }

    /// <summary>Forgets the content, if it was not kept.</summary>
    protected abstract void Drop();

    protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    protected abstract Stream OpenRead();
}
