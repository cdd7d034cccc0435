using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Snapshots;

/// <summary>What a layer may contain: what a restore accepts, so that it can be restored. Collects what the report names.</summary>
internal sealed class NodeRules(SnapshotOptions options)
{
    private readonly RestoreLimits _limits = options.Limits ?? new RestoreLimits();
    private readonly List<string> _skipped = [];
    private readonly List<string> _linksOut = [];
    private readonly List<string> _escaped = [];
    private readonly List<string> _devices = [];
    private long _entries;
    private long _bytes;

    public LayerWriteReport Report(long tarBytes) =>
        new(_entries, tarBytes, _skipped) { LinksOut = _linksOut, EscapedNames = _escaped, Devices = _devices };

    public void Skip(string path) => _skipped.Add(path);

    /// <summary>Whether a node is written. If not, the report names it, or it is an error.</summary>
    public bool Takes(TreeItem item)
    {
        switch (item.Node.Kind)
        {
            case FileKind.File or FileKind.Directory or FileKind.Fifo:
                return true;
            case FileKind.SymbolicLink:
                return TakesLink(item.Path, item.Folder.ReadLink(item.Node.Name));
            case FileKind.CharacterDevice or FileKind.BlockDevice when options.Devices == EntryPolicy.Keep:
                _devices.Add(item.Path);
                return true;
            case FileKind.CharacterDevice or FileKind.BlockDevice when options.Devices == EntryPolicy.Refuse:
                throw Unsupported(
                    $"'{ErrorText.Quote(item.Path)}' is a device. Exclude it, or choose SnapshotOptions.Devices (--devices) skip or keep.");
            default:
                Skip(item.Path);
                return false;
        }
    }

    /// <summary>Counts an entry that is about to be written.</summary>
    /// <exception cref="LimitExceededException">A restore with the same limits would refuse the layer.</exception>
    public void Count(LayerEntry entry, long headerBytes)
    {
        if (NameEscapes.IsNeeded(entry))
        {
            _escaped.Add(entry.Path);
            entry = NameEscapes.Escape(entry);
        }

        LayerPaths.CheckLength(entry.Path, "The path", _limits, "SnapshotOptions.Limits");
        var depth = entry.Path.AsSpan().Count('/') + 1;
        Limit(depth, _limits.MaxPathDepth, nameof(RestoreLimits.MaxPathDepth), "The depth of", entry);
        if (entry.Kind == LayerEntryKind.SymbolicLink)
        {
            var length = PathText.Encode(entry.LinkTarget).Length;
            Limit(length, _limits.MaxLinkBytes, nameof(RestoreLimits.MaxLinkBytes), "The target of the symbolic link", entry);
        }

        Limit(entry.Size, _limits.MaxFileBytes, nameof(RestoreLimits.MaxFileBytes), "The file", entry);
        Limit(_bytes += entry.Size, _limits.MaxTotalBytes, nameof(RestoreLimits.MaxTotalBytes), "The content of all files");
        Limit(++_entries, _limits.MaxEntries, nameof(RestoreLimits.MaxEntries), "The number of entries");
        Limit(headerBytes, _limits.MaxHeaderBytes, nameof(RestoreLimits.MaxHeaderBytes), "The headers of", entry);
    }

    private static void Limit(long value, long limit, string name, string what, LayerEntry? entry = null)
    {
        if (value > limit)
            throw new LimitExceededException(
                entry is null ? what : $"{what} '{ErrorText.Quote(entry.Path)}'", $"SnapshotOptions.Limits.{name}", limit, value);
    }

    private bool TakesLink(string path, string target)
    {
        if (LayerPaths.StaysInside(path, target))
            return true;
        switch (options.SymbolicLinks)
        {
            case SymbolicLinkPolicy.Skip:
                Skip(path);
                return false;
            case SymbolicLinkPolicy.Inside:
                throw Unsupported(
                    $"The symbolic link '{ErrorText.Quote(path)}' → '{ErrorText.Quote(target)}' can lead out of the folder. Exclude it, "
                        + "or choose SnapshotOptions.SymbolicLinks (--symlinks) any or skip.");
            default:
                _linksOut.Add(path);
                return true;
        }
    }

    private static LayerFormatException Unsupported(string message) => new(RegistryCacheErrorCode.UnsupportedFile, message);
}
