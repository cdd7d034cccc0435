using System.IO.Pipelines;
using RegistryCache.Core.Snapshots;

namespace RegistryCache;

/// <summary>A layer that is written on demand as an uncompressed tar, any number of times, without a temporary copy. Thread-safe.</summary>
public abstract class LayerSource
{
    /// <summary>Writes the tar.</summary>
    /// <param name="destination">Takes the bytes in large pieces. It is neither flushed nor closed.</param>
    /// <param name="cancellationToken">Cancels the writing. The destination then has an incomplete tar.</param>
    /// <exception cref="RegistryCacheException">A file could not be read, or it changed during the call
    /// (<see cref="RegistryCacheErrorCode.SourceChanged"/>).</exception>
    /// <exception cref="RegistryCacheException">Something cannot be a part of a layer
    /// (<see cref="RegistryCacheErrorCode.UnsupportedFile"/>).</exception>
    public abstract Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken = default);

    /// <summary>A layer with the content of a directory; the directory itself has no entry.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="options">What to take and keep; <see langword="null"/> for the defaults.</param>
    public static LayerSource FromDirectory(string path, SnapshotOptions? options = null) =>
        FromDirectories([(path, "")], options);

    /// <summary>A layer of several files and directories.</summary>
    /// <param name="mappings">What goes where: the file or directory to read, whose path may lead through links, and its path in the layer,
    /// relative, with <c>/</c> between the parts, or empty for a directory whose content is the layer's root. No two may have the
    /// same place, or a place inside another's.</param>
    /// <param name="options">What to take and keep; patterns apply to the path inside each directory.</param>
    /// <exception cref="ArgumentException">The places overlap, or one is absolute or leads up.</exception>
    public static LayerSource FromDirectories(
        IReadOnlyList<(string SourcePath, string LayerPath)> mappings, SnapshotOptions? options = null)
    {
        options ??= new SnapshotOptions();
        return new FolderLayerSource(new MappedFolders(mappings, options), options, []);
    }

    /// <summary>A layer of given entries, in their order.</summary>
    /// <param name="entries">The entries.</param>
    public static LayerSource FromEntries(IReadOnlyList<LayerContent> entries) => new EntryLayerSource(entries);

    /// <summary>A layer that turns an earlier state of a directory into the present one: what is new or changed, a whiteout for what was
    /// deleted, and an opaque marker where a directory lost all its content. A hard link to an unchanged file becomes a separate file. Both
    /// states are read with the options of the earlier one.</summary>
    /// <param name="before">The earlier state.</param>
    /// <param name="path">The directory as it is now; <see langword="null"/> for the one that was captured.</param>
    public static LayerSource FromChangesSince(DirectoryState before, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        return new ChangeLayerSource(before, path ?? before.Path);
    }

    /// <summary>The tar as content to read. Each stream writes the tar again, in the background, up to 2 MiB ahead of reading.</summary>
    public BlobSource ToBlobSource() => BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(Open()));

    /// <summary>The same layer without the directories of some caches, if it is read from folders.</summary>
    internal virtual LayerSource Without(IReadOnlyList<string> directories) => this;

    private ProducerStream Open()
    {
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: 2 << 20,
            resumeWriterThreshold: 1 << 20,
            minimumSegmentSize: 256 * 1024,
            useSynchronizationContext: false));
        return new ProducerStream(pipe, WriteToAsync);
    }
}
