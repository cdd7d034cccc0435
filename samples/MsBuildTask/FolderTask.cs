using Microsoft.Build.Framework;
using RegistryCache;

namespace MsBuildTask;

#region task
/// <summary>What both tasks have: the folder, its key, the tag, and an end when the build is cancelled.</summary>
public abstract class FolderTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The tag that holds the folders, as in <c>--cache-to</c>.</summary>
    [Required]
    public string Cache { get; set; } = "";

    /// <summary>The name under which the folder is kept.</summary>
    [Required]
    public string Key { get; set; } = "";

    /// <summary>The folder.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (RegistryCacheException e)
        {
            // A cache that fails makes a build slower, not wrong.
            Log.LogWarning(null, e.CodeText, null, BuildEngine.ProjectFileOfTaskNode, 0, 0, 0, 0, "{0}", e.Message);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does the work of the task with the folders of the tag.</summary>
    protected abstract Task UseAsync(FolderCache folders, CancellationToken cancellationToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await UseAsync(cache.Folders(Cache), cancellationToken);
    }
}
#endregion
