using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Passes on what a selection takes.</summary>
internal sealed class SelectedTarget(ILayerTarget inner, RestoreSelection selection) : ILayerTarget
{
    private int _layer = -1;

    public ValueTask BeginLayerAsync()
    {
        _layer++;
        return inner.BeginLayerAsync();
    }

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (entry.Kind is LayerEntryKind.Whiteout or LayerEntryKind.OpaqueDirectory
            || selection.Take(_layer, entry.Path) is not { } modified)
            return;
        entry = entry with { ModifiedAt = modified.ToCacheTime() };
        using var hashed = new HashedContent(content, entry.Kind == LayerEntryKind.File ? entry.Size : 0);
        await inner.ApplyAsync(entry, hashed, cancellationToken).ConfigureAwait(false);
        if (entry.Kind != LayerEntryKind.File || hashed.Result is not null)
            selection.Add(entry, hashed.Result ?? []);
    }
}
