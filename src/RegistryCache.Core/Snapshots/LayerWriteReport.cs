namespace RegistryCache.Core.Snapshots;

/// <summary>What a <see cref="LayerSource"/> wrote.</summary>
/// <param name="Entries">The entries, directories and whiteouts included.</param>
/// <param name="Bytes">The length of the tar.</param>
/// <param name="Skipped">Paths that were left out although nothing excludes them: sockets, and devices if so chosen.</param>
public sealed record LayerWriteReport(long Entries, long Bytes, IReadOnlyList<string> Skipped);
