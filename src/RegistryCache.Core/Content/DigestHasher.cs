using System.Diagnostics.Metrics;
using System.Security.Cryptography;

namespace RegistryCache.Core.Content;

/// <summary>Hashes layers and their blobs as they pass, and measures how much, so that a test sees what is hashed twice.</summary>
internal sealed class DigestHasher(DigestAlgorithm algorithm) : IDisposable
{
    public const string MeterName = "RegistryCache";

    public const string CounterName = "registrycache.hashed";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Hashed = Meter.CreateCounter<long>(CounterName, "By", "Bytes of layers and blobs hashed.");

    private readonly IncrementalHash _hash = Digest.CreateHash(algorithm);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Hashed.Add(bytes.Length);
    }

    /// <summary>The digest of everything so far; more may follow.</summary>
    public Digest Current()
    {
        Span<byte> hash = stackalloc byte[64];
        return Digest.FromHash(algorithm, hash[.._hash.GetCurrentHash(hash)]);
    }

    public void Dispose() => _hash.Dispose();
}
