using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Something that layers are applied to.</summary>
internal interface ILayerTarget
{
    ValueTask BeginLayerAsync();

    ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken);
}
