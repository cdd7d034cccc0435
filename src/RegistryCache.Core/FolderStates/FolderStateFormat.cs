using System.Buffers;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.FolderStates;

/// <summary>A state as bytes. Everything in it is bounded by what is there. Its entries are in parts that can be read side by side, and the
/// last part is empty, because they are written while they are found.</summary>
internal static class FolderStateFormat
{
    public static readonly byte[] Kind = "registry-cache.folder-state.v3\n"u8.ToArray();

    private const int DigestBytes = 32;
    private const int PieceBytes = 64 << 10;
    private const long MaxCount = int.MaxValue;

    /// <summary>Writes a state, but with these entries.</summary>
    public static void Write(Stream output, FolderState state, IEnumerable<StampedPiece> entries)
    {
        var bytes = new ArrayBufferWriter<byte>(PieceBytes);
        WriteText(bytes, state.Folder);
        WriteText(bytes, state.Form);
        WriteText(bytes, state.Boot);
        Varint.WriteSigned(bytes, state.Time.Seconds);
        Varint.Write(bytes, (ulong)state.Time.Nanoseconds);
        Varint.Write(bytes, state.Save is null ? 0UL : 1);
        if (state.Save is { } save)
            WriteSave(bytes, save);
        Varint.Write(bytes, (ulong)state.Groups.Count);
        foreach (var group in state.Groups)
            WriteGroup(bytes, group);

        var entriesOfPart = new ArrayBufferWriter<byte>(PieceBytes);
        var writer = new StampedPart.Writer(entriesOfPart);
        foreach (var (part, entry) in entries)
        {
            if (part is null)
                writer.Write(entry);
            if (part is not null || writer.Count == StampedPart.MaxCount)
                EndPart();
            if (part is not null)
                WritePart(part.Count, part.Bytes.Span);
        }

        EndPart();
        WritePart(0, []);
        Flush();

        void EndPart()
        {
            if (writer.Count == 0)
                return;
            WritePart(writer.Count, entriesOfPart.WrittenSpan);
            entriesOfPart.ResetWrittenCount();
            writer = new StampedPart.Writer(entriesOfPart);
        }

        void WritePart(int length, ReadOnlySpan<byte> content)
        {
            Varint.Write(bytes, (ulong)length);
            Varint.Write(bytes, (ulong)content.Length);
            Flush();
            output.Write(content);
        }

        void Flush()
        {
            output.Write(bytes.WrittenSpan);
            bytes.ResetWrittenCount();
        }
    }

    /// <summary>The state; <see langword="null"/> when the bytes are not one.</summary>
    public static FolderState? Read(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes.Span;
        if (!TryReadText(ref rest, out var folder) || !TryReadText(ref rest, out var form) || !TryReadText(ref rest, out var boot)
            || !TryReadTime(ref rest, out var time) || !Varint.TryRead(ref rest, 1, out var hasSave))
            return null;
        StatedSave? save = null;
        if (hasSave == 1 && !TryReadSave(ref rest, out save))
            return null;
        if (!Varint.TryRead(ref rest, rest.Length / DigestBytes, out var groupCount))
            return null;
        var groups = new StatedGroup[groupCount];
        for (var i = 0; i < groups.Length; i++)
        {
            if (!TryReadGroup(ref rest, out groups[i]))
                return null;
        }

        return TryReadParts(bytes[^rest.Length..], out var parts)
            ? new FolderState { Folder = folder, Form = form, Boot = boot, Time = time, Save = save, Groups = groups, Parts = parts }
            : null;
    }

    private static void WriteSave(ArrayBufferWriter<byte> bytes, StatedSave save)
    {
        WriteDigest(bytes, save.Options);
        WriteDigest(bytes, save.Chain);
        WriteDigest(bytes, save.Content);
        var report = save.Report;
        Varint.Write(bytes, (ulong)report.Entries);
        Varint.Write(bytes, (ulong)report.Bytes);
        IReadOnlyList<string>[] lists = [report.Skipped, report.LinksOut, report.EscapedNames, report.OwnPaths, report.Devices];
        foreach (var list in lists)
        {
            Varint.Write(bytes, (ulong)list.Count);
            foreach (var text in list)
                WriteText(bytes, text);
        }
    }

    private static bool TryReadSave(ref ReadOnlySpan<byte> rest, out StatedSave? save)
    {
        save = null;
        if (!TryReadDigest(ref rest, out var options) || !TryReadDigest(ref rest, out var chain)
            || !TryReadDigest(ref rest, out var content) || !Varint.TryRead(ref rest, MaxCount, out var entries)
            || !Varint.TryRead(ref rest, long.MaxValue, out var length))
            return false;
        var lists = new string[5][];
        for (var i = 0; i < lists.Length; i++)
        {
            if (!Varint.TryRead(ref rest, rest.Length, out var count))
                return false;
            lists[i] = new string[count];
            for (var n = 0; n < lists[i].Length; n++)
            {
                if (!TryReadText(ref rest, out lists[i][n]))
                    return false;
            }
        }

        save = new StatedSave(options, chain, content, new LayerWriteReport(entries, length, lists[0])
        {
            LinksOut = lists[1],
            EscapedNames = lists[2],
            OwnPaths = lists[3],
            Devices = lists[4],
        });
        return true;
    }

    private static void WriteGroup(ArrayBufferWriter<byte> bytes, StatedGroup group)
    {
        WriteDigest(bytes, group.DiffId);
        Varint.Write(bytes, (ulong)group.Layers.Count);
        foreach (var (diffId, length) in group.Layers)
        {
            WriteDigest(bytes, diffId);
            Varint.Write(bytes, (ulong)length);
        }
    }

    private static bool TryReadGroup(ref ReadOnlySpan<byte> rest, out StatedGroup group)
    {
        group = null!;
        if (!TryReadDigest(ref rest, out var index) || !Varint.TryRead(ref rest, rest.Length / DigestBytes, out var count))
            return false;
        var layers = new (Digest, long)[count];
        for (var i = 0; i < layers.Length; i++)
        {
            if (!TryReadDigest(ref rest, out var diffId) || !Varint.TryRead(ref rest, long.MaxValue, out var bytes))
                return false;
            layers[i] = (diffId, bytes);
        }

        group = new StatedGroup(index, layers);
        return true;
    }

    private static bool TryReadParts(ReadOnlyMemory<byte> bytes, out List<StampedPart> parts)
    {
        parts = [];
        for (var first = 0L; ;)
        {
            var rest = bytes.Span;

            // An entry has more than one byte.
            if (!Varint.TryRead(ref rest, StampedPart.MaxCount, out var count) || !Varint.TryRead(ref rest, rest.Length, out var length)
                || length > rest.Length || count > length || first + count > int.MaxValue)
                return false;
            bytes = bytes[^rest.Length..];
            if (count == 0)
                return bytes.IsEmpty;
            parts.Add(new StampedPart((int)first, (int)count, bytes[..(int)length]));
            bytes = bytes[(int)length..];
            first += count;
        }
    }

    private static void WriteTime(ref Span<byte> rest, FileTime time)
    {
        Varint.WriteSigned(ref rest, time.Seconds);
        Varint.Write(ref rest, (ulong)time.Nanoseconds);
    }

    private static bool TryReadTime(ref ReadOnlySpan<byte> rest, out FileTime time)
    {
        var isRead = Varint.TryReadSigned(ref rest, out var seconds) & Varint.TryRead(ref rest, 999_999_999, out var nanoseconds);
        time = new FileTime(seconds, (int)nanoseconds);
        return isRead;
    }

    private static void WriteText(ArrayBufferWriter<byte> bytes, string text)
    {
        var encoded = PathText.Encode(text);
        Varint.Write(bytes, (ulong)encoded.Length);
        bytes.Write(encoded);
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (!Varint.TryRead(ref rest, rest.Length, out var length) || length > rest.Length)
            return false;
        text = PathText.Decode(rest[..(int)length]);
        rest = rest[(int)length..];
        return true;
    }

    private static void WriteDigest(ArrayBufferWriter<byte> bytes, Digest digest) => bytes.Write(Convert.FromHexString(digest.Hex));

    private static bool TryReadDigest(ref ReadOnlySpan<byte> rest, out Digest digest)
    {
        digest = default;
        if (rest.Length < DigestBytes)
            return false;
        digest = Digest.FromHash(DigestAlgorithm.Sha256, rest[..DigestBytes]);
        rest = rest[DigestBytes..];
        return true;
    }
}
