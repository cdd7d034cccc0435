using System.Text.Json.Serialization;

namespace RegistryCache.Compression.EStargz;

/// <summary>An entry of a table of contents as it is read.</summary>
internal sealed class TocJsonEntry
{
    public string? Name { get; set; }

    public string? Type { get; set; }

    public long Size { get; set; }

    [JsonPropertyName("modtime")]
    public string? ModificationTime { get; set; }

    public string? LinkName { get; set; }

    public long Mode { get; set; }

    public long Uid { get; set; }

    public long Gid { get; set; }

    public long Offset { get; set; }

    public long InnerOffset { get; set; }

    public int DevMajor { get; set; }

    public int DevMinor { get; set; }

    public Dictionary<string, byte[]>? Xattrs { get; set; }

    public string? Digest { get; set; }

    public long ChunkOffset { get; set; }

    public long ChunkSize { get; set; }

    public string? ChunkDigest { get; set; }
}
