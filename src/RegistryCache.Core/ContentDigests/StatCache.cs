using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>Hashes of files by path, as long as size, times, inode and device stay the same. A file that was changed within the two seconds
/// before this run began is not remembered: the clocks of some file systems are that coarse, so a later change could have the same time. A
/// file without an inode or a change time is not remembered either, because size and time can be equal after a change.</summary>
internal sealed class StatCache
{
    private const int MarginSeconds = 2;
    private static readonly byte[] Magic = "registry-cache.stat.v1\n"u8.ToArray();
    private readonly string _path;
    private readonly FileTime _trustedBefore;
    private readonly ulong _device;
    private readonly Dictionary<string, Entry> _known;
    private readonly ConcurrentDictionary<string, Entry> _added = new(StringComparer.Ordinal);

    private StatCache(string path, FileTime trustedBefore, ulong device, Dictionary<string, Entry> known)
    {
        _path = path;
        _trustedBefore = trustedBefore;
        _device = device;
        _known = known;
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="folder">What is hashed. Other file systems that are mounted in it can keep other times, or be kept by a server, so
    /// nothing in them is remembered.</param>
    public static StatCache Load(string path, TimeProvider timeProvider, FileNode folder)
    {
        var now = FileTime.From(timeProvider.GetUtcNow().UtcDateTime);
        return new StatCache(path, now with { Seconds = now.Seconds - MarginSeconds }, folder.Device, Read(path));
    }

    public byte[]? Find(string path, FileNode node) =>
        _known.TryGetValue(path, out var entry) && entry.Stamp == FileStamp.Of(node) ? entry.Hash : null;

    /// <summary>Remembers a hash unless the file is too fresh, or on another file system. Thread-safe.</summary>
    public void Add(string path, FileNode node, byte[] hash)
    {
        var stamp = FileStamp.Of(node);
        _added[path] = stamp.Device == _device && stamp.ShowsChangesFrom(_trustedBefore) ? new Entry(stamp, hash) : Entry.None;
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

        try
        {
            CheckedFile.Write(_path, Magic, Write);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed($"Cannot write the stat cache '{ErrorText.Quote(_path)}'", e);
        }
    }

    private static Dictionary<string, Entry> Read(string path)
    {
        var result = new Dictionary<string, Entry>(StringComparer.Ordinal);
        if (CheckedFile.Read(path, Magic) is not { } content)
            return result;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content.ToArray()));
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

    private void Write(Stream output)
    {
        using var writer = new BinaryWriter(output, Encoding.UTF8, leaveOpen: true);
        writer.Write(_known.Count);
        foreach (var (path, entry) in _known)
        {
            var name = PathText.Encode(path);
            writer.Write(name.Length);
            writer.Write(name);
            entry.Write(writer);
        }
    }

    private sealed record Entry(FileStamp Stamp, byte[] Hash)
    {
        public static Entry None { get; } = new(default, []);

        public static Entry Read(BinaryReader reader) => new(
            new FileStamp(
                reader.ReadInt64(),
                new FileTime(reader.ReadInt64(), reader.ReadInt32()),
                new FileTime(reader.ReadInt64(), reader.ReadInt32()),
                reader.ReadUInt64(),
                reader.ReadUInt64()),
            reader.ReadBytes(SHA256.HashSizeInBytes));

        public void Write(BinaryWriter writer)
        {
            writer.Write(Stamp.Size);
            writer.Write(Stamp.Modified.Seconds);
            writer.Write(Stamp.Modified.Nanoseconds);
            writer.Write(Stamp.Changed.Seconds);
            writer.Write(Stamp.Changed.Nanoseconds);
            writer.Write(Stamp.Inode);
            writer.Write(Stamp.Device);
            writer.Write(Hash);
        }
    }
}
