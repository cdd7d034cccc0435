using Microsoft.Build.Framework;
using RegistryCache;

namespace MsBuildTask;

#region restore
/// <summary>Restores a folder, if it was saved.</summary>
public sealed class RestoreFolder : FolderTask
{
    /// <summary>Whether the folder is the one that was saved under exactly this key.</summary>
    [Output]
    public bool IsExact { get; set; }

    /// <inheritdoc/>
    protected override async Task UseAsync(FolderCache folders, CancellationToken cancellationToken)
    {
        var found = await folders.RestoreAsync(Key, fallbacks: [], into: Folder, cancellationToken);
        IsExact = found.IsExact;
        Log.LogMessage(MessageImportance.High, "{0}", found);
    }
}
#endregion
