using RegistryCache.Core.Snapshots.Tar;

namespace RegistryCache.Core.Snapshots.Restore;

/// <summary>Something that layers are applied to.</summary>
internal interface ILayerTarget
{
    ValueTask BeginLayerAsync();

    ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken);
}
