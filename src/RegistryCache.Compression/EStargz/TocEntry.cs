using System.Collections.Immutable;

namespace RegistryCache.Compression.EStargz;

/// <summary>One entry of a table of contents that is being written. Members that are zero or empty are left out of the JSON.</summary>
internal sealed class TocEntry
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public long Size { get; init; }

    public string ModificationTime { get; init; } = "";

    public string LinkName { get; init; } = "";

    public long Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    public string UserName { get; init; } = "";

    public string GroupName { get; init; } = "";

    public long DeviceMajor { get; init; }

    public long DeviceMinor { get; init; }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Xattrs { get; init; } =
        ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    public long ChunkOffset { get; init; }

    public long ChunkSize { get; set; }

    /// <summary>Where the payload's member begins in the blob. Known when the members before it are compressed.</summary>
    public long Offset { get; set; }

    public string ChunkDigest { get; set; } = "";

    /// <summary>The digest of the whole file. Known when all of its chunks were read.</summary>
    public string Digest { get; set; } = "";

    public bool IsComplete => Type != EStargzFormat.RegularType || Digest.Length > 0;
}
