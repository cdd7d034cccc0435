using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache;

/// <summary>How a folder becomes a layer. By default the bytes depend only on names, modes, links and contents.</summary>
public sealed record SnapshotOptions
{
    /// <summary>Whether modification times are kept. The default is <see langword="false"/>: all are <see cref="ModifiedAt"/>.</summary>
    public bool KeepTimes { get; init; }

    /// <summary>The time of every entry unless times are kept. The default is <see cref="LayerEntry.FixedTime"/>.</summary>
    public CacheTime ModifiedAt { get; init; } = LayerEntry.FixedTime;

    /// <summary>Whether owner and group numbers are kept. The default is <see langword="false"/>: all are 0.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Which extended attributes are kept. The default is none.</summary>
    public ExtendedAttributePolicy ExtendedAttributes { get; init => field = Option.Defined(value); }

    /// <summary>What happens to devices. The default refuses them. Fifos are always kept, sockets are always skipped.</summary>
    public EntryPolicy Devices { get; init => field = Option.Defined(value); }

    /// <summary>What happens to symbolic links that can lead out of the folder. By default they are kept and reported.</summary>
    public SymbolicLinkPolicy SymbolicLinks { get; init => field = Option.Defined(value); }

    /// <summary>How much a layer may hold. The default, <see langword="null"/>, means what a restore accepts by default:
    /// <see cref="RestoreLimits.ForFolders"/> for a folder cache, <c>new RestoreLimits()</c> for everything else.</summary>
    public RestoreLimits? Limits { get; init; }

    /// <summary>How files are accessed, for tests.</summary>
    internal FolderAccess Access { get; init; }

    /// <summary>Patterns of what to include; empty, the default, includes all. A directory that matches is included with everything in it,
    /// and so are the directories above a match.</summary>
    /// <remarks>A pattern with a <c>/</c> before its end starts at the folder (<c>src/*.cs</c>, <c>/build.sh</c>). Any other pattern
    /// matches a name at any depth (<c>*.tmp</c>). <c>*</c> is any text within a name, <c>?</c> one UTF-16 unit, <c>[a-z]</c> one of a set,
    /// <c>[!a-z]</c> one outside it, <c>**</c> as a whole part any number of parts, also none. <c>\</c> takes the next character literally.
    /// A <c>/</c> at the end matches directories only. Upper and lower case differ.</remarks>
    public IReadOnlyList<string> Include { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Patterns of what to exclude, with everything below it, even if <see cref="Include"/> matches. Default: none.</summary>
    public IReadOnlyList<string> Exclude { get; init => field = Option.NotNull(value); } = [];

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Include)} = {ListText.Of(Include)}, {nameof(Exclude)} = {ListText.Of(Exclude)}, "
        + $"{nameof(KeepTimes)} = {KeepTimes}, {nameof(KeepOwners)} = {KeepOwners}, {nameof(ExtendedAttributes)} = {ExtendedAttributes}, "
        + $"{nameof(Devices)} = {Devices}, {nameof(SymbolicLinks)} = {SymbolicLinks}, {nameof(Limits)} = {Limits}";
}
