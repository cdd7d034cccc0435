using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Names of what a restore makes inside the target while it runs. Layers cannot hold them; snapshots skip them.</summary>
internal static class StagingNames
{
    public const string Prefix = ".registry-cache-restore-";

    /// <summary>A staging directory in another mount. Only the restore that it belongs to knows what it is for.</summary>
    public const string PartPrefix = Prefix + "part-";

    private static readonly byte[] PrefixBytes = PathText.Encode(Prefix);

    public const string New = "new";
    public const string Old = "old";
    public const string Journal = "journal";
    public const string Clock = "clock";
    public const string TakenBack = "taken-back";

    public static bool IsStaging(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && !name.StartsWith(PartPrefix, StringComparison.Ordinal)
            && name != ManagedFolderLock.Name;

    /// <summary>Whether a part of the path is such a name.</summary>
    public static bool IsReserved(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) || path.Contains("/" + Prefix, StringComparison.Ordinal);

    /// <inheritdoc cref="IsReserved(string)"/>
    public static bool IsReserved(ReadOnlySpan<byte> path) =>
        path.IndexOf(PrefixBytes) >= 0 && IsReserved(PathText.Decode(path));
}
