using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

internal sealed class ChangeLayerSource : LayerSource
{
    private readonly DirectoryState _before;
    private readonly string _path;
    private readonly bool _withDeletions;
    private readonly IReadOnlyList<string> _ownDirectories;

    /// <param name="before">The earlier state.</param>
    /// <param name="path">The directory as it is now.</param>
    /// <param name="withDeletions">Whether the layer says what is gone.</param>
    /// <param name="ownDirectories">Directories of caches. They are left out, wherever they are.</param>
    public ChangeLayerSource(DirectoryState before, string path, bool withDeletions = true, IReadOnlyList<string>? ownDirectories = null)
    {
        _before = before;
        _withDeletions = withDeletions;
        _path = path;
        _ownDirectories = ownDirectories ?? [];
    }

    internal override LayerSource Without(IReadOnlyList<string> ownDirectories) =>
        new ChangeLayerSource(_before, _path, _withDeletions, [.. _ownDirectories, .. ownDirectories]);

    public override Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Task.Run(() => WriteAsync(destination, cancellationToken), cancellationToken);
    }

    private async Task<LayerWriteReport> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        var own = new OwnPlaces(_ownDirectories, _before.Options.Access);
        var now = await DirectoryState.ReadAsync(_path, _before.Options, _before.HasContent, own, cancellationToken).ConfigureAwait(false);
        var plan = ChangePlan.Create(_before.Without(own.Found), now, _withDeletions);
        using var writer = new TarStreamWriter(destination);
        var entries = new NodeWriter(writer, _before.Options);
        await WriteDeletionsAsync(entries, plan, "", cancellationToken).ConfigureAwait(false);

        using var root = Folder.Open(_path, _before.Options.Access);
        var written = 0;
        var filter = new PathFilter(_before.Options.Include, _before.Options.Exclude);
        foreach (var item in TreeWalk.Over(root, filter, new OwnPlaces(_ownDirectories, _before.Options.Access)))
        {
            if (!plan.IsWritten(item.Path))
                continue;
            written++;
            await entries.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            if (item.Node.Kind == FileKind.Directory)
                await WriteDeletionsAsync(entries, plan, item.Path, cancellationToken).ConfigureAwait(false);
        }

        if (written != plan.WrittenCount)
            throw CacheStorageException.Changed(
                $"'{ErrorText.Quote(_path)}' changed while its changes were written. Take them again when nothing writes there.");

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return entries.Report() with { OwnPaths = own.Found };
    }

    private async Task WriteDeletionsAsync(NodeWriter entries, ChangePlan plan, string directory, CancellationToken cancellationToken)
    {
        foreach (var deletion in plan.DeletionsIn(directory))
        {
            var entry = deletion with { ModifiedAt = _before.Options.ModifiedAt };
            await entries.WriteHeaderAsync(entry, default, cancellationToken).ConfigureAwait(false);
        }
    }
}
