using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>A staging directory in the mount of its targets: what is new, and what was moved away for it.</summary>
internal sealed class RestoreArea(Folder home, string layer, Folder staging, Folder created, Folder old) : IDisposable
{
    private readonly OpenPath _slots = new(created);

    public Folder Home { get; } = home;

    /// <summary>The path in the layers whose content is in <see cref="New"/>.</summary>
    public string Layer { get; } = layer;

    public Folder New { get; } = created;

    public Folder Old { get; } = old;

    /// <summary>Opens what has a name in <paramref name="home"/>. The reference becomes the area's.</summary>
    /// <returns><see langword="null"/> when it is not complete, so nothing was moved from it or into it.</returns>
    public static RestoreArea? TryOpen(Folder home, string name, string layer)
    {
        var staging = home.TryOpenFolder(name);
        var created = staging?.TryOpenFolder(StagingNames.New);
        var old = staging?.TryOpenFolder(StagingNames.Old);
        if (staging is not null && created is not null && old is not null)
            return new RestoreArea(home, layer, staging, created, old);
        foreach (var folder in (Folder?[])[old, created, staging, home])
            folder?.Dispose();
        return null;
    }

    public static void Create(Folder staging)
    {
        staging.TryCreateFolder(StagingNames.New);
        staging.TryCreateFolder(StagingNames.Old);
    }

    /// <summary>Where something of the layers waits. The folder is <see langword="null"/> when it is not there any more.</summary>
    public (Folder? Folder, string Name) Slot(string layer)
    {
        var (parent, name) = LayerPaths.Split(Layer.Length == 0 ? layer : layer[(Layer.Length + 1)..]);
        return (_slots.Enter(parent), name);
    }

    public void Dispose()
    {
        _slots.Dispose();
        Old.Dispose();
        New.Dispose();
        staging.Dispose();
        Home.Dispose();
    }
}
