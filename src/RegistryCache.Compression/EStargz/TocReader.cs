using System.Collections.Immutable;
using System.Text.Json;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Compression.EStargz;

/// <summary>Reads and checks a table of contents. It may be hostile, so every number in it is checked.</summary>
internal sealed class TocReader(CompressionOptions options, long tocOffset)
{
    private const string MaxEntries = $"{nameof(CompressionOptions)}.{nameof(CompressionOptions.MaxEStargzEntries)}";
    private const string MaxChunkBytes = $"{nameof(CompressionOptions)}.{nameof(CompressionOptions.MaxEStargzChunkBytes)}";

    private readonly List<EStargzEntry> _entries = [];
    private readonly HashSet<(long Offset, long InnerOffset)> _places = [];
    private readonly List<EStargzChunk> _all = [];
    private ImmutableArray<EStargzChunk>.Builder _chunks = ImmutableArray.CreateBuilder<EStargzChunk>();
    private EStargzEntry? _file;
    private bool _anyChunkEntry;
    private bool _anyDigestOfFileUsed;
    private long _filePosition;

    /// <summary>The entries of a table of contents, in its order.</summary>
    /// <exception cref="LayerFormatException">It is malformed or contradicts itself.</exception>
    public IReadOnlyList<EStargzEntry> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            ReadDocument(json);
        }
        catch (JsonException e)
        {
            throw Invalid($"its JSON is malformed at line {e.LineNumber}, byte {e.BytePositionInLine}", e);
        }

        EndFile();
        if (_anyChunkEntry && _anyDigestOfFileUsed)
            throw Invalid("it has chunks without digests");
        SetEnds();
        return _entries;
    }

    private void ReadDocument(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Invalid("it is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEntries = string.Equals(reader.GetString(), "entries", StringComparison.OrdinalIgnoreCase);
            reader.Read();
            if (isEntries && reader.TokenType == JsonTokenType.StartArray)
                ReadEntries(ref reader);
            else
                reader.Skip();
        }

        if (reader.Read())
            throw Invalid("it has extra bytes after the JSON object");
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++count > options.MaxEStargzEntries)
                throw new LimitExceededException("The estargz table of contents", MaxEntries, options.MaxEStargzEntries);
            var entry = JsonSerializer.Deserialize(ref reader, TocJsonContext.Default.TocJsonEntry) ?? throw Invalid("an entry is null");
            Add(entry);
        }
    }

    private void Add(TocJsonEntry json)
    {
        if (json.Type == EStargzFormat.ChunkType)
        {
            _anyChunkEntry = true;
            if (_file is null)
                throw Invalid("a chunk does not belong to any file");
            AddChunk(json, _file, isFirst: false);
            return;
        }

        EndFile();
        var entry = ToEntry(json);
        _entries.Add(entry);
        if (entry.Entry.Kind != LayerEntryKind.File)
            return;
        _file = entry;
        if (entry.Entry.Size > 0)
            AddChunk(json, entry, isFirst: true);
    }

    private static EStargzEntry ToEntry(TocJsonEntry json)
    {
        var type = json.Type switch
        {
            EStargzFormat.RegularType => LayerEntryKind.File,
            "dir" => LayerEntryKind.Directory,
            "symlink" => LayerEntryKind.SymbolicLink,
            "hardlink" => LayerEntryKind.HardLink,
            "char" => LayerEntryKind.CharacterDevice,
            "block" => LayerEntryKind.BlockDevice,
            "fifo" => LayerEntryKind.Fifo,
            _ => throw Invalid("an entry has an unknown type"),
        };
        if (json.Size < 0)
            throw Invalid("a size is negative");
        var entry = new LayerEntry
        {
            Path = TocEntryReader.CleanName(json.Name ?? ""),
            Kind = type,
            Size = type == LayerEntryKind.File ? json.Size : 0,
            Mode = FileModes.Of(json.Mode),
            UserId = json.Uid,
            GroupId = json.Gid,
            ModifiedAt = CacheTime.TryParse(json.ModificationTime, out var time) ? time : CacheTime.Zero,
            LinkTarget = json.LinkName ?? "",
            DeviceMajor = json.DevMajor,
            DeviceMinor = json.DevMinor,
            ExtendedAttributes = json.Xattrs?.ToImmutableDictionary(x => x.Key, x => (ReadOnlyMemory<byte>)x.Value)
                ?? ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty,
        };
        return new EStargzEntry(entry, string.IsNullOrEmpty(json.Digest) ? null : ParseDigest(json.Digest));
    }

    private void AddChunk(TocJsonEntry json, EStargzEntry file, bool isFirst)
    {
        var length = json.ChunkSize == 0 ? file.Entry.Size - json.ChunkOffset : json.ChunkSize;
        if (json.ChunkOffset != _filePosition || length <= 0 || length > file.Entry.Size - _filePosition)
            throw Invalid("the chunks of a file do not follow one another");
        if (length > options.MaxEStargzChunkBytes)
            throw new LimitExceededException(
                "A chunk of the estargz blob", MaxChunkBytes, options.MaxEStargzChunkBytes, length);
        if (json.Offset < 0 || json.Offset >= tocOffset || json.InnerOffset < 0)
            throw Invalid("a chunk is outside the blob");
        if (!_places.Add((json.Offset, json.InnerOffset)))
            throw Invalid("two chunks are at the same place");
        var chunk = new EStargzChunk(json.Offset, json.InnerOffset, json.ChunkOffset, length, ChunkDigest(json, file, isFirst));
        _filePosition += length;
        _chunks.Add(chunk);
        _all.Add(chunk);
    }

    private Digest ChunkDigest(TocJsonEntry json, EStargzEntry file, bool isFirst)
    {
        if (!string.IsNullOrEmpty(json.ChunkDigest))
            return ParseDigest(json.ChunkDigest);
        _anyDigestOfFileUsed = true;
        return isFirst && file.ContentDigest is { } digest ? digest : throw Invalid("a chunk has no digest");
    }

    private void EndFile()
    {
        if (_file is not null)
        {
            if (_filePosition != _file.Entry.Size)
                throw Invalid("the chunks of a file do not cover it");
            _file.Chunks = _chunks.ToImmutable();
        }

        _file = null;
        _filePosition = 0;
        _chunks = ImmutableArray.CreateBuilder<EStargzChunk>();
    }

    private void SetEnds()
    {
        _all.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        var (end, current) = (tocOffset, tocOffset);
        for (var i = _all.Count - 1; i >= 0; i--)
        {
            if (_all[i].Offset != current)
                (end, current) = (current, _all[i].Offset);
            _all[i].End = end;
        }
    }

    private static Digest ParseDigest(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw Invalid("a digest is malformed");

    private static LayerFormatException Invalid(string what, Exception? cause = null) => new(
        RegistryCacheErrorCode.CorruptLayer,
        $"The estargz table of contents cannot be used: {what}. Read the layer as a whole, or build it again.",
        cause);
}
