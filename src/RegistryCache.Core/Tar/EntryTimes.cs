using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The times of a layer's entries, as this library wrote them before it wrote an <see cref="EntryIndex"/>: in a layer of their
/// own, below the one of the content. It has one file, with a name that every reader of layers ignores:
/// <c>registry-cache.times.v1</c>, a line feed, and for each entry, in the order of the tar, the difference of its seconds from the entry
/// before and its nanoseconds, as <see cref="Varint"/>. See docs/adr/0055-times-of-restored-files.md.</summary>
internal sealed class EntryTimes
{
    public const string FileName = ".wh..wh.registry-cache.times";
    private const int MaxBytes = 64 << 20;
    private static readonly byte[] Magic = "registry-cache.times.v1\n"u8.ToArray();
    private ReadOnlyMemory<byte> _bytes;
    private long _seconds;

    private EntryTimes(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

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
        var rest = _bytes.Span;
        var isThere = Varint.TryReadSigned(ref rest, out var difference) & Varint.TryRead(ref rest, 999_999_999, out var nanoseconds);
        _bytes = isThere ? _bytes[^rest.Length..] : default;
        if (!isThere)
            return entry;
        _seconds = unchecked(_seconds + difference);
        return entry with { ModifiedAt = new FileTime(_seconds, (int)nanoseconds).ToCacheTime() };
    }
}
