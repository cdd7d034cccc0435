using System.Globalization;

namespace RegistryCache;

/// <summary>What a <see cref="LayerSource"/> wrote.</summary>
/// <param name="Entries">The entries, directories and whiteouts included.</param>
/// <param name="Bytes">The length of the tar.</param>
/// <param name="Skipped">Paths that were skipped although no pattern excludes them: sockets, and devices or links if so chosen.</param>
public sealed record LayerWriteReport(long Entries, long Bytes, IReadOnlyList<string> Skipped)
{
    /// <summary>Links that can lead out of the folder. A restore with <see cref="SymbolicLinkPolicy.Inside"/> refuses them.</summary>
    public IReadOnlyList<string> LinksOut { get; init; } = [];

    /// <summary>Paths with a name that starts with <c>.wh.</c>. This library restores them; other tools see <c>%.wh.</c>.</summary>
    public IReadOnlyList<string> EscapedNames { get; init; } = [];

    /// <summary>Paths that were skipped because they belong to the cache: the directories that hold it, and temporary files of this
    /// library. Each path is relative to its own folder.</summary>
    public IReadOnlyList<string> OwnPaths { get; init; } = [];

    /// <summary>Devices that were written. A restore refuses them unless <see cref="RestoreOptions.Devices"/> says otherwise.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The numbers, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Entries} entries, {Bytes} bytes{(Skipped.Count == 0 ? "" : $", {Skipped.Count} skipped")}");
}
