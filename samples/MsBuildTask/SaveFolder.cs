using Microsoft.Build.Framework;
using RegistryCache;

namespace MsBuildTask;

/// <summary>Saves a folder.</summary>
public sealed class SaveFolder : FolderTask
{
    /// <inheritdoc/>
    protected override async Task UseAsync(FolderCache folders, CancellationToken cancellationToken)
    {
        var saved = await folders.SaveAsync(Key, Folder, cancellationToken);
        Log.LogMessage(MessageImportance.High, "{0}", saved);
    }
}
