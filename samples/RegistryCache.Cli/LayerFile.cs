using RegistryCache.Core;
using RegistryCache.Core.Content;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Snapshots;

namespace RegistryCache.Cli;

/// <summary>Finds one file in a layer that has to be read from start to end.</summary>
internal sealed class LayerFile : ILayerEntrySink
{
    private readonly string _path;
    private readonly Stream _output;
    private LayerEntry? _found;

    private LayerFile(string path, Stream output)
    {
        _path = path;
        _output = output;
    }

    public static async Task ReadAsync(BuildCache caches, CacheLayer layer, string path, Stream output, CancellationToken cancellationToken)
    {
        var tar = BlobSource.FromDelegate(async token => await caches.OpenLayerAsync(layer, token));
        var file = new LayerFile(path, output);
        await LayerApplier.ReadAsync([tar], file, limits: null, cancellationToken);
        if (file._found is { Kind: LayerEntryKind.HardLink } link)
        {
            file = new LayerFile(link.LinkTarget, output);
            await LayerApplier.ReadAsync([tar], file, limits: null, cancellationToken);
        }

        if (file._found is not { Kind: LayerEntryKind.File })
            throw CatCommand.NotAFile(layer, path, file._found is null ? "does not exist" : $"is a {file._found.Kind}");
    }

    public async ValueTask OnEntryAsync(LayerEntry entry, Stream content, CancellationToken cancellationToken)
    {
        if (entry.Path.Trim('/') != _path.Trim('/'))
            return;

        // A later entry of the same name replaces an earlier one.
        _found = entry;
        _output.SetLength(0);
        await content.CopyToAsync(_output, cancellationToken);
    }
}
