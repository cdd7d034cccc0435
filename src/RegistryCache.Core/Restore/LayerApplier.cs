using System.Collections.Immutable;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache;

/// <summary>
/// Applies layers, given as uncompressed tars, base first. Layers are treated as hostile: nothing outside the folder is read, written
/// or removed, whatever they contain. Thread-safe.
/// </summary>
public static class LayerApplier
{
    /// <summary>Applies layers to a folder, which is created if it does not exist.</summary>
    /// <param name="layers">The layers. Each is opened once, while the one before it is applied, and read to its end, so that a verifying
    /// stream can fail before anything is moved.</param>
    /// <param name="directory">The folder. Links in this path itself are followed.</param>
    /// <param name="options">What to accept; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the restore. It is then rolled back, like a failed one.</param>
    /// <exception cref="RegistryCacheException">
    /// A layer is unsafe (<see cref="RegistryCacheErrorCode.UnsafeLayer"/>) or not a valid tar
    /// (<see cref="RegistryCacheErrorCode.InvalidTar"/>).
    /// </exception>
    /// <exception cref="LimitExceededException">One of <see cref="RestoreOptions.Limits"/> was exceeded.</exception>
    /// <exception cref="RegistryCacheException">The system refused something.</exception>
    public static Task<RestoreReport> ApplyAsync(
        IEnumerable<BlobSource> layers, string directory, RestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new RestoreOptions();
        if (options.SymbolicLinks == SymbolicLinkPolicy.Default)
            options = options with { SymbolicLinks = SymbolicLinkPolicy.Inside };
        if (ProgressMeter.Create(options.Progress, CachePhase.Restoring, TimeProvider.System) is { } meter)
            layers = layers.Select((layer, i) => meter.Measure(layer, i));

        // Synchronous file access is several times faster, so it runs on a thread of its own. There is always a report, because only a
        // selection can be out of date.
        return Task.Run(
            async () => (await RestoreAsync(layers, directory, options, SelectAll, cancellationToken).ConfigureAwait(false))!,
            cancellationToken);
    }

    /// <summary>Applies a part of some layers to a folder.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="select">Chooses the part, when what an interrupted restore left has been put in order; <see langword="null"/> for
    /// everything.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <returns><see langword="null"/> if the selection did not hold any more when everything was ready: nothing was changed.</returns>
    /// <exception cref="RegistryCacheException">Also: a layer does not have what the selection takes.</exception>
    internal static Task<RestoreReport?> ApplyAsync(
        IEnumerable<BlobSource> layers,
        Func<Task<RestoreSelection?>> select,
        string directory,
        RestoreOptions options,
        CancellationToken cancellationToken) =>
        Task.Run(() => RestoreAsync(layers, directory, options, select, cancellationToken), cancellationToken);

    /// <summary>
    /// Reads the entries of layers without applying them. Paths and limits are checked. Whiteouts and links are handed out and not
    /// resolved: the target of a hard link can be an earlier entry, also of another layer.
    /// </summary>
    /// <param name="layers">The layers.</param>
    /// <param name="onEntry">
    /// Called for each entry, one after the other. The path is relative and leads nowhere else; whiteouts have kinds of their own. The
    /// stream has the bytes of a regular file, with zeros for holes, and is empty for everything else. It is valid until the call ends,
    /// and what is not read is skipped.
    /// </param>
    /// <param name="limits">How much to accept; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="RegistryCacheException">As for
    /// <see cref="ApplyAsync(IEnumerable{BlobSource}, string, RestoreOptions?, CancellationToken)"/>.</exception>
    /// <exception cref="LimitExceededException">One of the limits was exceeded.</exception>
    public static async Task<RestoreReport> ReadAsync(
        IEnumerable<BlobSource> layers,
        Func<LayerEntry, Stream, CancellationToken, ValueTask> onEntry,
        RestoreLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(onEntry);
        var reader = new EntryReader(limits ?? new RestoreLimits());
        var count = await ReadAsync(reader, layers, new SinkTarget(onEntry), cancellationToken).ConfigureAwait(false);
        return new RestoreReport(count, reader.Entries, reader.Bytes, []);
    }

    /// <summary>Applies layers to an empty folder in memory. Links that lead out are kept: in memory they lead nowhere.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="limits">How much to accept: set <see cref="RestoreLimits.MaxTotalBytes"/> to what memory may hold.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The tree by path, in the order of the paths as UTF-8 bytes.</returns>
    /// <exception cref="RegistryCacheException">A layer is unsafe or not a valid tar.</exception>
    /// <exception cref="LimitExceededException">One of the limits was exceeded.</exception>
    public static async Task<IReadOnlyDictionary<string, LayerContent>> ReadIntoMemoryAsync(
        IEnumerable<BlobSource> layers, RestoreLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(limits);
        var target = new MemoryTarget(limits.MaxPathDepth, KeepAsync);
        await ReadAsync(new EntryReader(limits), layers, target, cancellationToken).ConfigureAwait(false);
        return target.ToTree();

        static async ValueTask<BlobSource?> KeepAsync(TreeFile file, IEntryContent content, CancellationToken cancellationToken) =>
            BlobSource.FromBytes(await content.ReadToArrayAsync(file.Entry, cancellationToken).ConfigureAwait(false));
    }

    private static Task<RestoreSelection?> SelectAll() => Task.FromResult<RestoreSelection?>(null);

    private static async Task<RestoreReport?> RestoreAsync(
        IEnumerable<BlobSource> layers,
        string directory,
        RestoreOptions options,
        Func<Task<RestoreSelection?>> select,
        CancellationToken cancellationToken)
    {
        using var transaction = await RestoreTransaction.BeginAsync(directory, options.Access, cancellationToken).ConfigureAwait(false);
        var selection = await select().ConfigureAwait(false);
        if (selection is { IsNothing: true })
            return await transaction.HoldsAsync(selection, cancellationToken).ConfigureAwait(false) ? new RestoreReport(0, 0, 0, []) : null;
        var reader = new EntryReader(options.Limits ?? new RestoreLimits());
        var restorer = new FolderRestorer(transaction.Staging, options, transaction.Target);
        ILayerTarget target = selection is null ? restorer : new SelectedTarget(restorer, selection);
        await using (restorer.ConfigureAwait(false))
        {
            int count;
            try
            {
                count = await ReadAsync(reader, selection?.Layers ?? layers, target, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Files before the entry that failed may still be on the way. If one of them fails, it is the first error.
                await restorer.DrainAsync().ConfigureAwait(false);
                throw;
            }

            selection?.RequireAll();
            foreach (var (path, metadata) in selection?.Directories ?? ImmutableDictionary<string, NodeMetadata?>.Empty)
                restorer.AddDirectory(path, metadata);
            var directories = await restorer.CompleteAsync().ConfigureAwait(false);
            if (!await transaction.CommitAsync(directories, options, selection, cancellationToken).ConfigureAwait(false))
                return null;
            return new RestoreReport(count, reader.Entries, reader.Bytes, restorer.Skipped)
            {
                SetIdBitsCleared = restorer.SetIdBitsCleared,
            };
        }
    }

    private static async Task<int> ReadAsync(
        EntryReader reader, IEnumerable<BlobSource> layers, ILayerTarget target, CancellationToken cancellationToken)
    {
        var count = 0;
        var ahead = new LayersAhead(layers, cancellationToken);
        await using (ahead.ConfigureAwait(false))
        {
            while (await ahead.NextAsync().ConfigureAwait(false) is { } layer)
            {
                await using (layer.ConfigureAwait(false))
                {
                    try
                    {
                        await reader.ReadAsync(layer, target, cancellationToken).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is LayerFormatException or LimitExceededException && ahead.Name is { } name)
                    {
                        ((RegistryCacheException)e).About("Layer", name);
                        throw;
                    }
                }

                count++;
            }
        }

        return count;
    }
}
