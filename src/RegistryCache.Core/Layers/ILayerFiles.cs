namespace RegistryCache.Layers;

/// <summary>The files of one layer blob, which can be read one by one without fetching the rest of the blob. As thread-safe as the reader
/// of the blob. See <see cref="ILayerCodec.OpenFilesAsync"/>.</summary>
public interface ILayerFiles
{
    /// <summary>All entries in the order of the tar. A whiteout is a file here.</summary>
    IReadOnlyList<LayerEntry> Entries { get; }

    /// <summary>Opens a file. The stream returns nothing that it has not verified.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="RegistryCacheException">There is no such file, or the entry is not a file.</exception>
    Stream OpenFile(string path);
}
