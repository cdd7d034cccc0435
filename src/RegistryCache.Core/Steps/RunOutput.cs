using RegistryCache.Core.Errors;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Snapshots;

namespace RegistryCache.Core.Steps;

/// <summary>Runs a step in its folder and records what it made, as <see cref="RunFolder"/> says.</summary>
internal sealed class RunOutput(string directory, StepRunOptions options, IReadOnlyList<string> ownDirectories)
{
    /// <summary>Runs the step. <paramref name="record"/> must read all of the folder before it returns.</summary>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task> run, Func<LayerSource, Task<T>> record, CancellationToken cancellationToken)
    {
        switch (options.Folder)
        {
            case RunFolder.Clean:
                return await RunCleanAsync(run, record, cancellationToken).ConfigureAwait(false);
            case RunFolder.Changes:
                Create();
                var before = await DirectoryState.CaptureAsync(directory, options.Record, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                await run(cancellationToken).ConfigureAwait(false);
                return await record(new ChangeLayerSource(before, directory, withDeletions: false)).ConfigureAwait(false);
            case RunFolder.AsIs:
                await run(cancellationToken).ConfigureAwait(false);
                return await record(LayerSource.FromDirectory(directory, options.Record)).ConfigureAwait(false);
            default:
                throw new RegistryCacheException(
                    RegistryCacheErrorCode.InvalidOptions,
                    $"StepRunOptions.Folder is {options.Folder}; it must be a value of {nameof(RunFolder)}.");
        }
    }

    private async Task<T> RunCleanAsync<T>(
        Func<CancellationToken, Task> run, Func<LayerSource, Task<T>> record, CancellationToken cancellationToken)
    {
        using var aside = FolderAside.Take(directory, ownDirectories);
        try
        {
            await run(cancellationToken).ConfigureAwait(false);
            return await record(LayerSource.FromDirectory(directory, options.Record)).ConfigureAwait(false);
        }
        finally
        {
            aside?.Return();
        }
    }

    private void Create()
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed($"Cannot create '{ErrorText.Quote(directory)}'", e);
        }
    }
}
