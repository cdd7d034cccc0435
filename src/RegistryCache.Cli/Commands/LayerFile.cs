namespace RegistryCache.Cli.Commands;

/// <summary>Finds one file in a layer by reading the layer from start to end.</summary>
internal sealed class LayerFile
{
    private readonly string _path;
    private readonly Stream _output;
    private LayerEntry? _found;

    private LayerFile(string path, Stream output)
    {
        _path = path;
        _output = output;
    }

    public static async Task ReadAsync(BuildCache caches, CacheLayer layer, string path, Stream output,
        CancellationToken cancellationToken)
    {
        var tar = BlobSource.FromDelegate(async token => await caches.OpenLayerAsync(layer, token));
        var found = await FindAsync(tar, path, output, cancellationToken);
        for (var links = 0; found is { Kind: LayerEntryKind.HardLink, LinkTarget: var target } && links < CatCommand.MaxLinks; links++)
            found = await FindAsync(tar, target, output, cancellationToken)
                ?? throw CatCommand.LeadsElsewhere(layer, path, isHard: true, target);
        if (found is { Kind: LayerEntryKind.SymbolicLink })
            throw CatCommand.LeadsElsewhere(layer, path, isHard: false, found.LinkTarget);
        if (found is not { Kind: LayerEntryKind.File })
            throw CatCommand.NotAFile(layer, path, found is null ? "does not exist" : $"is a {found.Kind}");
    }

    private async ValueTask TakeAsync(LayerEntry entry, Stream content, CancellationToken cancellationToken)
    {
        if (entry.Path.Trim('/') != _path.Trim('/'))
            return;

        // A later entry with the same name replaces an earlier one.
        _found = entry;
        _output.SetLength(0);
        await content.CopyToAsync(_output, cancellationToken);
    }

    private static async Task<LayerEntry?> FindAsync(BlobSource tar, string path, Stream output, CancellationToken cancellationToken)
    {
        var file = new LayerFile(path, output);
        await LayerApplier.ReadAsync([tar], file.TakeAsync, limits: null, cancellationToken);
        return file._found;
    }
}
