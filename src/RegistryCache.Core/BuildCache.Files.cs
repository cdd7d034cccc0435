using RegistryCache.Core.Files;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Lists the files of some layers together, as a restore would put them into a folder: whiteouts hide files of lower layers,
    /// and symbolic links are listed as links. Of an estargz layer only its table of contents is fetched, and it does not list sparse
    /// files. Any other layer is read once and verified. Memory grows with the number of paths.</summary>
    /// <param name="layers">The layers, base first. If lower layers are missing, their files are too.</param>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The entries in the order of the paths as UTF-8 bytes.</returns>
    /// <exception cref="RegistryCacheException">A layer cannot be read, is not safe, or exceeds a limit.</exception>
    public virtual async Task<IReadOnlyList<LayerEntry>> ListFilesAsync(
        IEnumerable<CacheLayer> layers, LayerFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        var tree = await ReadTreeAsync(layers, options, path: null, cancellationToken).ConfigureAwait(false);
        await using (tree.ConfigureAwait(false))
            return tree.ToEntries();
    }

    /// <summary>Opens one file of some layers, as a restore would put it into a folder. Hard links are followed, and symbolic links inside
    /// the tree: an absolute one starts at its root. Of an estargz layer only the table of contents and the chunks of the file are
    /// fetched, and each chunk is verified before it is returned. Any other layer is read and verified as a whole before the file is
    /// returned from a temporary file; a file that is found through a link can need a second reading of its layer.</summary>
    /// <param name="layers">The layers, base first.</param>
    /// <param name="path">The path of the file, with or without a leading slash.</param>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <returns>The content, forward only. Its length is known.</returns>
    /// <exception cref="RegistryCacheException">There is no file at the path (<see cref="RegistryCacheErrorCode.ContentNotFound"/>); the
    /// message names a similar path. Or links lead in a circle (<see cref="RegistryCacheErrorCode.UnsafeLayer"/>), or a layer cannot be
    /// read, is not safe, or exceeds a limit.</exception>
    public virtual async Task<Stream> OpenFileAsync(
        IEnumerable<CacheLayer> layers, string path, LayerFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tree = await ReadTreeAsync(layers, options, path, cancellationToken).ConfigureAwait(false);
        return await tree.OpenAsync(path, tree.Name, cancellationToken).ConfigureAwait(false);
    }

    private Task<LayerTree> ReadTreeAsync(
        IEnumerable<CacheLayer> layers, LayerFileOptions? options, string? path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ThrowIfDisposed();
        return LayerTree.ReadAsync(
            [.. layers], SessionContextFor<BuildCache>([]), options, isWhole: false, path, failed: null, cancellationToken);
    }
}
