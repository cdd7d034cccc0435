using System.Buffers;
using System.Buffers.Binary;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Tar;

/// <summary>What the layers above hold, so that it is known without fetching them, and when it was changed. It is the only file of a layer
/// of its own, below the layers that it describes. Its name is one that every reader of layers ignores. See
/// docs/adr/0090-a-folder-as-a-chain-of-layers.md.</summary>
internal sealed class EntryIndex
{
    public const string FileName = ".wh..wh.registry-cache.index";

    /// <summary>The longest index: 64 bytes for each of the most entries that a restore accepts by default.</summary>
    public const int MaxBytes = 256 << 20;

    private const long MaxLayerBytes = 1L << 45;
    private static readonly byte[] Magic = "registry-cache.index.v1\n"u8.ToArray();

    // What it was read from, or written as.
    private ReadOnlyMemory<byte> _bytes;

    /// <summary>The scale that the borders of the layers were chosen with; 0 for layers that lie on others.</summary>
    public required long Scale { get; init; }

    /// <summary>Whether the times are those of the files. Otherwise they are not stored.</summary>
    public required bool HasTimes { get; init; }

    /// <summary>The layers, the lowest first.</summary>
    public required IReadOnlyList<IndexedLayer> Layers { get; init; }

    /// <summary>The entries of all layers, in the order of the tars.</summary>
    public IndexedEntry[] Entries
    {
        get => field ??= ReadEntries();
        init;
    }

    /// <summary>The same, to be read one after another without memory for all of them.</summary>
    public EntryColumns Columns
    {
        get => field ??= Parse(ToBytes())!.Columns;
        private init;
    }

    /// <summary>Every path that the layers below have and that is gone.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>The one file of the layer.</summary>
    public LayerContent ToFile()
    {
        var file = LayerContent.File(FileName, ToBytes());
        return file with { Entry = file.Entry with { IsMark = true } };
    }

    /// <summary>Reads the file of such a layer; <see langword="null"/> when it is damaged, unknown or too large.</summary>
    public static async ValueTask<EntryIndex?> ReadAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (entry.Kind != LayerEntryKind.File || entry.Size < Magic.Length || entry.Size > MaxBytes)
            return null;
        return Parse(await content.ReadToArrayAsync(entry, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The content of the file. Values of one kind are together, because they compress better so.</summary>
    public ReadOnlyMemory<byte> ToBytes() => _bytes.IsEmpty ? _bytes = Write() : _bytes;

    /// <summary>The index; <see langword="null"/> when the content is damaged or unknown.</summary>
    public static EntryIndex? Parse(ReadOnlyMemory<byte> content)
    {
        var rest = content.Span;
        if (!rest.StartsWith(Magic))
            return null;
        rest = rest[Magic.Length..];
        if (!Varint.TryRead(ref rest, 1L << 50, out var scale) || !Varint.TryRead(ref rest, 1, out var hasTimes)
            || !Varint.TryRead(ref rest, rest.Length / 32, out var layerCount))
            return null;
        var layers = new IndexedLayer[layerCount];
        long count = 0;
        for (var i = 0; i < layers.Length; i++)
        {
            if (rest.Length < 32)
                return null;
            var diffId = Digest.FromHash(DigestAlgorithm.Sha256, rest[..32]);
            rest = rest[32..];

            // Each entry takes more than 16 bytes, so no count can be larger than what is there.
            if (!Varint.TryRead(ref rest, MaxLayerBytes, out var length) || !Varint.TryRead(ref rest, rest.Length / 16, out var entries)
                || (count += entries) > rest.Length / 16)
                return null;
            layers[i] = new IndexedLayer(diffId, length, (int)entries);
        }

        var left = content[^rest.Length..];
        return EntryColumns.TryTake(ref left, (int)count, hasTimes == 1) is { } columns && TryReadGone(left.Span, out var gone)
            ? new EntryIndex
            {
                Scale = scale,
                HasTimes = hasTimes == 1,
                Layers = layers,
                Gone = gone,
                _bytes = content,
                Columns = columns,
            }
            : null;
    }

    private IndexedEntry[] ReadEntries()
    {
        var entries = new IndexedEntry[Columns.Count];
        var count = 0;
        foreach (ref readonly var entry in Columns.Read())
            entries[count++] = entry with { Path = entry.Path.Keep() };
        return entries;
    }

    private ReadOnlyMemory<byte> Write()
    {
        // Enough for nearly every folder, so that it does not grow by doubling.
        var bytes = new ArrayBufferWriter<byte>(1024 + (Entries.Length * 56));
        bytes.Write(Magic);
        Varint.Write(bytes, (ulong)Scale);
        Varint.Write(bytes, HasTimes ? 1UL : 0);
        Varint.Write(bytes, (ulong)Layers.Count);
        foreach (var layer in Layers)
        {
            bytes.Write(Convert.FromHexString(layer.DiffId.Hex));
            Varint.Write(bytes, (ulong)layer.Bytes);
            Varint.Write(bytes, (ulong)layer.Count);
        }

        var paths = new PathSeries();
        foreach (var entry in Entries)
            paths.Write(bytes, entry.Path);
        foreach (var entry in Entries)
        {
            Varint.Write(bytes, (ulong)entry.Kind);
            if (entry.Kind == LayerEntryKind.File)
                Varint.Write(bytes, (ulong)entry.Size);
        }

        if (HasTimes)
        {
            long seconds = 0;
            foreach (var time in Entries.Select(e => e.Modified))
            {
                Varint.WriteSigned(bytes, unchecked(time.Seconds - seconds));
                Varint.Write(bytes, (ulong)time.Nanoseconds);
                seconds = time.Seconds;
            }
        }

        foreach (var entry in Entries)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.GetSpan(16), entry.Identity);
            bytes.Advance(16);
        }

        Varint.Write(bytes, (ulong)Gone.Count);
        var gone = new PathSeries();
        foreach (var path in Gone)
            gone.Write(bytes, path);

        // What could not be read again is not written.
        return bytes.WrittenCount <= MaxBytes
            ? bytes.WrittenMemory
            : throw new LimitExceededException("The index of the folder's files, in bytes,", null, MaxBytes, bytes.WrittenCount);
    }

    private static bool TryReadGone(ReadOnlySpan<byte> rest, out string[] gone)
    {
        gone = [];
        if (!Varint.TryRead(ref rest, rest.Length / 2, out var count))
            return false;
        gone = new string[count];
        var paths = new PathSeries();
        for (var i = 0; i < gone.Length; i++)
        {
            if (!paths.TryRead(ref rest, out var path))
                return false;
            gone[i] = path.ToString();
        }

        return rest.IsEmpty;
    }
}
