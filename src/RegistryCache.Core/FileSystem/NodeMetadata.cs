using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>What to set on something that was just created; parts that are <see langword="null"/> stay as they are.</summary>
internal sealed record NodeMetadata
{
    public UnixFileMode? Mode { get; init; }

    public (uint User, uint Group)? Owner { get; init; }

    public FileTime? Modified { get; init; }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Attributes { get; init; }
}
