using System.Buffers.Binary;
using System.Security.Cryptography;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>The canonical form that <see cref="ContentDigest"/> documents.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly bool _allPermissions;

    public ContentHash(bool allPermissions)
    {
        _allPermissions = allPermissions;
        _hash.AppendData("registry-cache.content.v1\n"u8);
        _hash.AppendData(allPermissions ? "p"u8 : "x"u8);
    }

    public void AddFile(string path, UnixFileMode mode, ReadOnlySpan<byte> contentHash)
    {
        AddName((byte)'f', _allPermissions ? (int)mode : mode.HasFlag(UnixFileMode.UserExecute) ? 1 : 0, path);
        _hash.AppendData(contentHash);
    }

    public void Add(HashedNode item)
    {
        var mode = _allPermissions ? (int)item.Node.Mode : 0;
        switch (item.Node.Kind)
        {
            case FileKind.File:
                AddFile(item.Path, item.Node.Mode, item.Hash);
                break;
            case FileKind.Directory:
                AddName((byte)'d', mode, item.Path);
                break;
            case FileKind.SymbolicLink:
                // Links have no permissions of their own that all systems agree on.
                AddName((byte)'l', 0, item.Path);
                AddText(item.LinkTarget);
                break;
            case FileKind.Fifo:
                AddName((byte)'p', mode, item.Path);
                break;
            case FileKind.CharacterDevice or FileKind.BlockDevice:
                AddName(item.Node.Kind == FileKind.BlockDevice ? (byte)'b' : (byte)'c', mode, item.Path);
                AddNumber(item.Node.NodeMajor);
                AddNumber(item.Node.NodeMinor);
                break;
        }
    }

    public Digest Complete() => Digest.FromHash(DigestAlgorithm.Sha256, _hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void AddName(byte type, int mode, string path)
    {
        _hash.AppendData([type, (byte)(mode >> 8), (byte)mode]);
        AddText(path);
    }

    private void AddText(string text)
    {
        var bytes = PathText.Encode(text);
        AddNumber(bytes.Length);
        _hash.AppendData(bytes);
    }

    private void AddNumber(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _hash.AppendData(bytes);
    }
}
