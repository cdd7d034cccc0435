using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache;

/// <summary>What a <see cref="ContentDigest"/> covers and how it is computed.</summary>
public sealed record ContentDigestOptions
{
    /// <summary>Patterns of what to cover, as in <see cref="SnapshotOptions.Include"/>; empty, the default, covers all.</summary>
    public IReadOnlyList<string> Include { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Patterns of what to skip, as in <see cref="SnapshotOptions.Exclude"/>. The default is none.</summary>
    public IReadOnlyList<string> Exclude { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Whether all twelve bits of the modes of files, directories and special files count. The default,
    /// <see langword="false"/>, counts only whether the owner may execute a file: equal on systems with other default
    /// permissions.</summary>
    public bool AllPermissions { get; init; }

    /// <summary>A file that remembers the digests of files, so that a file whose size, times and inode did not change is not read again;
    /// <see langword="null"/>, the default, for none. It may serve any number of folders. If it is damaged or of another kind, it is
    /// ignored and replaced. A file that changed less than two seconds before it was read is not remembered, because a further change could
    /// have the same time. Nothing is remembered on systems without inodes and change times, such as Windows, and on file
    /// systems that do not show every change, such as network file systems.</summary>
    public string? StatCachePath { get; init; }

    /// <summary>How files are accessed, for tests.</summary>
    internal FolderAccess Access { get; init; }

    /// <summary>How many files are read at a time: 1 to 256. The default, 0, is the number of processors.</summary>
    public int Concurrency { get; init => field = Option.InRange(value, 0, 256); }

    /// <summary>The clock that <see cref="StatCachePath"/> compares times with. The default is the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Include)} = {ListText.Of(Include)}, {nameof(Exclude)} = {ListText.Of(Exclude)}, "
        + $"{nameof(AllPermissions)} = {AllPermissions}, {nameof(StatCachePath)} = {StatCachePath}, {nameof(Concurrency)} = {Concurrency}";
}
