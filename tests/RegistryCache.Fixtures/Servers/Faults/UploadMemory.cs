using System.Security.Cryptography;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>One upload that is under way.</summary>
internal sealed class UploadMemory(string repository, bool discards) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream? _content = discards ? null : new MemoryStream();

    public string Repository { get; } = repository;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Changes with every accepted step, so that only the newest Location is good.</summary>
    public int Step { get; set; }

    public int Patches { get; set; }

    public long Length { get; private set; }

    public long FirstChunk { get; set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _content?.Write(bytes);
        Length += bytes.Length;
    }

    public string Digest() => "sha256:" + Convert.ToHexStringLower(_hash.GetCurrentHash());

    public StoredBlob ToBlob() => new(_content?.ToArray(), Length);

    public void Dispose()
    {
        _hash.Dispose();
        _content?.Dispose();
    }
}
