using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RegistryCache.Core.Restore;

/// <summary>The paths that one layer has put into place, each as half of its SHA-256, so nobody can create two that collide.</summary>
internal sealed class PathSet
{
    private readonly Dictionary<UInt128, bool> _isDirectory = [];

    public void Clear() => _isDirectory.Clear();

    /// <summary>Whether the layer holds the path as a directory, as something else, or not at all.</summary>
    public bool? Find(UInt128 key) => _isDirectory.TryGetValue(key, out var isDirectory) ? isDirectory : null;

    public void Set(UInt128 key, bool isDirectory) => _isDirectory[key] = isDirectory;

    public static UInt128 KeyOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
