using System.Buffers;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The times of a layer's entries. They are in a separate layer below it, so that equal content gives an equal layer. The layer
/// has one file, with a name that every reader of layers ignores: <c>registry-cache.times.v1</c>, a line feed, and for each entry, in the
/// order of the tar, the difference of its seconds from the entry before (zigzag) and its nanoseconds, both as numbers of seven bits in
/// each byte, the lowest first. See docs/adr/0055-times-of-restored-files.md.</summary>
internal sealed class EntryTimes
{
    public const string FileName = ".wh..wh.registry-cache.times";
    private const int MaxBytes = 64 << 20;
    private static readonly byte[] Magic = "registry-cache.times.v1\n"u8.ToArray();
    private readonly ReadOnlyMemory<byte> _bytes;
    private long _seconds;
    private int _position;

    private EntryTimes(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The one file of the layer: when the entries of the layer above were changed.</summary>
    public static LayerContent ToFile(ReadOnlyMemory<byte> times)
    {
        var file = LayerContent.File(FileName, times);
        return file with { Entry = file.Entry with { IsMark = true } };
    }

    /// <summary>Reads the file of such a layer. A damaged, unknown or too large file is ignored, because only times depend on it.</summary>
    public static async ValueTask<EntryTimes?> ReadAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (entry.Kind != LayerEntryKind.File || entry.Size is < 24 or > MaxBytes)
            return null;
        var bytes = await content.ReadToArrayAsync(entry, cancellationToken).ConfigureAwait(false);
        return bytes.AsSpan().StartsWith(Magic) ? new EntryTimes(bytes.AsMemory(Magic.Length)) : null;
    }

    /// <summary>The entry with its own time, while there are any.</summary>
    public LayerEntry Date(LayerEntry entry)
    {
        if (!TryRead(out var zigzag) || !TryRead(out var nanoseconds) || nanoseconds > 999_999_999)
        {
            _position = _bytes.Length;
            return entry;
        }

        _seconds = unchecked(_seconds + ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)));
        return entry with { ModifiedAt = new FileTime(_seconds, (int)nanoseconds).ToCacheTime() };
    }

    private bool TryRead(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && _position < _bytes.Length; shift += 7)
        {
            var next = _bytes.Span[_position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }

    /// <summary>Collects times while a layer is written.</summary>
    internal sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private long _seconds;

        public Writer() => _bytes.Write(Magic);

        public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

        public void Add(FileTime time)
        {
            var difference = unchecked(time.Seconds - _seconds);
            _seconds = time.Seconds;
            Write((ulong)(difference << 1) ^ (ulong)(difference >> 63));
            Write((ulong)time.Nanoseconds);
        }

        private void Write(ulong value)
        {
            var span = _bytes.GetSpan(10);
            var length = 0;
            for (; value >= 0x80; value >>= 7)
                span[length++] = (byte)(value | 0x80);
            span[length++] = (byte)value;
            _bytes.Advance(length);
        }
    }
}
