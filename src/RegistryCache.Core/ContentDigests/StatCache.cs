using System.Collections.Concurrent;
using System.Security.Cryptography;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>Hashes of files by path, as long as size, times, inode and device stay the same. A file that was changed within the two seconds
/// before this run began is not remembered: the clocks of some file systems are that coarse, so a later change could have the same time. A
/// file without an inode or a change time is not remembered either, because size and time can be equal after a change.</summary>
internal sealed class StatCache
{
    private const int MaxFileBytes = 1 << 30;
    private const int MarginSeconds = 2;
    private static readonly byte[] Magic = "registry-cache.stat.v1\n"u8.ToArray();
    private readonly string _path;
    private readonly FileTime _trustedBefore;
    private readonly Dictionary<string, Entry> _known;
    private readonly ConcurrentDictionary<string, Entry> _added = new(StringComparer.Ordinal);

    private StatCache(string path, FileTime trustedBefore, Dictionary<string, Entry> known)
    {
        _path = path;
        _trustedBefore = trustedBefore;
        _known = known;
    }

    public static StatCache Load(string path, TimeProvider timeProvider)
    {
        var now = FileTime.From(timeProvider.GetUtcNow().UtcDateTime);
        return new StatCache(path, now with { Seconds = now.Seconds - MarginSeconds }, Read(path));
    }

    public byte[]? Find(string path, FileNode node) =>
        node.HasIdentity && _known.TryGetValue(path, out var entry) && entry.Matches(node) ? entry.Hash : null;

    /// <summary>Remembers a hash unless the file is too fresh. Thread-safe.</summary>
    public void Add(string path, FileNode node, byte[] hash)
    {
        if (node.HasIdentity && node.Modified.CompareTo(_trustedBefore) < 0 && node.Changed.CompareTo(_trustedBefore) < 0)
            _added[path] = new Entry(node.Size, node.Modified, node.Changed, node.Inode, node.Device, hash);
        else
            _added[path] = Entry.None;
    }

    /// <summary>Replaces the file in one step, if there is anything new.</summary>
    public void Save()
    {
        if (_added.IsEmpty)
            return;
        foreach (var (path, entry) in _added)
        {
            if (entry == Entry.None)
                _known.Remove(path);
            else
                _known[path] = entry;
        }

        var temporary = _path + "." + Path.GetRandomFileName();
        try
        {
            File.WriteAllBytes(temporary, Write());
            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            // Deleting in a directory that does not exist would throw, and hide the first error.
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw CacheStorageException.Failed($"Cannot write the stat cache '{ErrorText.Quote(_path)}'", e);
        }
    }

    private static Dictionary<string, Entry> Read(string path)
    {
        var result = new Dictionary<string, Entry>(StringComparer.Ordinal);
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxFileBytes)
                return result;
            var bytes = File.ReadAllBytes(path);
            var length = bytes.Length - SHA256.HashSizeInBytes;
            if (length < Magic.Length || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
                || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
                return result;
            using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, length - Magic.Length));
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var name = PathText.Decode(reader.ReadBytes(reader.ReadInt32()));
                result[name] = Entry.Read(reader);
            }

            return result;
        }
        catch (Exception e) when (StorageError.Is(e) || e is ArgumentException)
        {
            // The cache only saves work, so one that cannot be read counts as empty.
            return new Dictionary<string, Entry>(StringComparer.Ordinal);
        }
    }

    private byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(_known.Count);
        foreach (var (path, entry) in _known)
        {
            var name = PathText.Encode(path);
            writer.Write(name.Length);
            writer.Write(name);
            entry.Write(writer);
        }

        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    private sealed record Entry(long Size, FileTime Modified, FileTime Changed, ulong Inode, ulong Device, byte[] Hash)
    {
        public static Entry None { get; } = new(-1, default, default, 0, 0, []);

        public bool Matches(FileNode node) =>
            Size == node.Size && Modified == node.Modified && Changed == node.Changed && Inode == node.Inode && Device == node.Device;

        public static Entry Read(BinaryReader reader) => new(
            reader.ReadInt64(),
            new FileTime(reader.ReadInt64(), reader.ReadInt32()),
            new FileTime(reader.ReadInt64(), reader.ReadInt32()),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadBytes(SHA256.HashSizeInBytes));

        public void Write(BinaryWriter writer)
        {
            writer.Write(Size);
            writer.Write(Modified.Seconds);
            writer.Write(Modified.Nanoseconds);
            writer.Write(Changed.Seconds);
            writer.Write(Changed.Nanoseconds);
            writer.Write(Inode);
            writer.Write(Device);
            writer.Write(Hash);
        }
    }
}
