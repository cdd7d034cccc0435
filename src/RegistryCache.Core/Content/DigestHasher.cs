using System.Security.Cryptography;
using RegistryCache.Core.Telemetry;

namespace RegistryCache.Core.Content;

/// <summary>Hashes the bytes of layers and blobs, and counts them, so that a test can find what is hashed twice.</summary>
internal sealed class DigestHasher(DigestAlgorithm algorithm) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(NameOf(algorithm));

    /// <summary>The digest of bytes that are all in memory.</summary>
    public static Digest Of(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        CacheTelemetry.Hashed.Add(bytes.Length);
        Span<byte> hash = stackalloc byte[64];
        return Digest.FromHash(algorithm, hash[..CryptographicOperations.HashData(NameOf(algorithm), bytes, hash)]);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        CacheTelemetry.Hashed.Add(bytes.Length);
    }

    /// <summary>The digest of everything so far; more may follow.</summary>
    public Digest Current()
    {
        Span<byte> hash = stackalloc byte[64];
        return Digest.FromHash(algorithm, hash[.._hash.GetCurrentHash(hash)]);
    }

    /// <summary>The digest of everything so far. The next bytes begin a new digest.</summary>
    public Digest Finish() => Digest.FromHash(algorithm, _hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private static HashAlgorithmName NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        DigestAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
