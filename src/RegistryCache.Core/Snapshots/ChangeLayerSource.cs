using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>What has changed in a directory since an earlier state. The directories of caches (<c>own</c>) are skipped.</summary>
internal sealed class ChangeLayerSource(
    DirectoryState before, string path, bool withDeletions = true, params IReadOnlyList<string> own) : LayerSource
{
    internal override LayerSource Without(IReadOnlyList<string> directories) =>
        new ChangeLayerSource(before, path, withDeletions, [.. own, .. directories]);

    public override Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Task.Run(() => WriteAsync(destination, cancellationToken), cancellationToken);
    }

    private async Task<LayerWriteReport> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        var options = before.Options;
        var skipped = new OwnPlaces(own, options.Access);
        var now = await DirectoryState.ReadAsync(path, options, before.HasContent, skipped, cancellationToken).ConfigureAwait(false);
        var plan = new ChangePlan(before.Without(skipped.Found), now, withDeletions);
        using var writer = new TarStreamWriter(destination);
        var entries = new NodeWriter(writer, options);
        await WriteDeletionsAsync(entries, plan, "", cancellationToken).ConfigureAwait(false);

        using var root = Folder.Open(path, options.Access);
        var written = 0;
        var filter = new PathFilter(options.Include, options.Exclude);
        foreach (var item in TreeWalk.Over(root, filter, new OwnPlaces(own, options.Access)))
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
                $"'{ErrorText.Quote(path)}' changed while its changes were written. Try again when no program writes to it.");

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return entries.Report() with { OwnPaths = skipped.Found };
    }

    private async Task WriteDeletionsAsync(NodeWriter entries, ChangePlan plan, string directory, CancellationToken cancellationToken)
    {
        foreach (var deletion in plan.DeletionsIn(directory))
        {
            var entry = deletion with { ModifiedAt = before.Options.ModifiedAt };
            await entries.WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }
}
