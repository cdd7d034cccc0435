using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Small files with their contents, in the order of the layer. One thread fills it, and one thread writes the files.</summary>
internal sealed class FileBatch : IDisposable
{
    /// <summary>The largest file that goes into a batch.</summary>
    public const int MaxFileLength = 256 * 1024;
    private const int Capacity = 2 * MaxFileLength;

    // Each can be another open directory, of which a process may not have many.
    private const int MaxFolders = 16;
    private readonly byte[] _contents = ArrayPool<byte>.Shared.Rent(Capacity);
    private readonly List<(Folder Folder, string Name, int Length, NodeMetadata Metadata)> _files = [];
    private readonly List<Folder> _folders = [];
    private int _used;

    public bool IsEmpty => _files.Count == 0;

    /// <summary>Room for the content of a file, with bytes of an older one, if there is any. <see cref="Add"/> then takes the file
    /// in.</summary>
    public bool TryGetSpace(Folder folder, int length, out Memory<byte> space)
    {
        space = default;
        if (length > Capacity - _used || (_folders.Count == MaxFolders && _folders[^1] != folder))
            return false;
        space = _contents.AsMemory(_used, length);
        return true;
    }

    public void Add(Folder folder, string name, int length, NodeMetadata metadata)
    {
        if (_folders.Count == 0 || _folders[^1] != folder)
            _folders.Add(folder.Share());
        _files.Add((folder, name, length, metadata));
        _used += length;
    }

    /// <summary>Writes the files up to the first one that fails.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The reading thread rethrows it.")]
    public Exception? Write()
    {
        try
        {
            var start = 0;
            foreach (var (folder, name, length, metadata) in _files)
            {
                while (!folder.TryWriteFile(name, _contents.AsSpan(start, length), metadata))
                    FolderTrees.Delete(folder, name);
                start += length;
            }

            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    public void Dispose()
    {
        _folders.ForEach(folder => folder.Dispose());
        ArrayPool<byte>.Shared.Return(_contents);
    }
}
