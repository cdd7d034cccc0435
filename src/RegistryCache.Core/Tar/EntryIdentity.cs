using System.Buffers.Binary;
using System.Security.Cryptography;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>Tells whether entries of layers are the same, without their bytes.</summary>
internal static class EntryIdentity
{
    /// <summary>The length of an identity in bytes.</summary>
    public const int Length = 16;

    /// <summary>The identity of an entry: 128 bits of SHA-256, see docs/adr/0090-a-folder-as-a-chain-of-layers.md.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="content">The hash of a file's bytes, or the identity of a hard link's file; empty for everything else.</param>
    public static UInt128 Of(LayerEntry entry, ReadOnlySpan<byte> content)
    {
        // An incremental hash would cost as much as reading a small file.
        Span<byte> all = stackalloc byte[TarFormat.BlockSize + SHA256.HashSizeInBytes];
        var length = TarFormat.BlockSize;
        if (!TarHeaderWriter.TryWriteBlock(entry, all))
        {
            var header = TarHeaderWriter.Write(entry);
            length = header.Length;
            all = new byte[length + content.Length];
            header.CopyTo(all);
        }

        content.CopyTo(all[length..]);
        length += content.Length;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(all[..length], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Equal for equal identities in the same order.</summary>
    public static Digest Of(IEnumerable<UInt128> identities)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = stackalloc byte[Length];
        foreach (var identity in identities)
        {
            BinaryPrimitives.WriteUInt128BigEndian(buffer, identity);
            hash.AppendData(buffer);
        }

        return Digest.FromHash(DigestAlgorithm.Sha256, hash.GetHashAndReset());
    }

    /// <summary>A number that depends on a path alone.</summary>
    public static ulong Of(string path) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(PathText.Encode(path)));
}
