using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>An open directory. Every operation takes one plain name in it and does not follow links, so no operation can leave it. Each
/// <see cref="Share"/> needs its own <see cref="Dispose"/>. Failures of the system are <see cref="CacheStorageException"/>.</summary>
internal abstract class Folder : IDisposable
{
    private int _references = 1;

    /// <summary>The path, for messages.</summary>
    public abstract string FullPath { get; }

    /// <summary>Opens a directory by path. The path itself is the caller's choice: links in it are followed.</summary>
    public static Folder Open(string path, FolderAccess access = FolderAccess.Best) =>
        access == FolderAccess.Best && Libc.IsSupported
            ? PosixFolder.OpenRoot(path)
            : ManagedFolder.OpenRoot(path, access != FolderAccess.Portable && UnixStat.IsSupported);

    public Folder Share()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Close();
    }

    /// <summary>All names but <c>.</c> and <c>..</c>, in no order.</summary>
    public abstract IReadOnlyList<string> Names();

    /// <summary>All names but <c>.</c> and <c>..</c>, in no order. Names that are removed during the call are left out.</summary>
    public abstract List<FileNode> List();

    /// <summary>What has this name, or <see langword="null"/>.</summary>
    public abstract FileNode? Find(string name);

    /// <summary>The stamp of a name; <see langword="null"/> when it does not exist.</summary>
    /// <param name="name">The name in UTF-8.</param>
    public virtual FileStamp? StampOf(ReadOnlySpan<byte> name) =>
        Find(PathText.Decode(name)) is { } node ? FileStamp.Of(node) : null;

    /// <summary>The stamp of a file that this folder opened.</summary>
    public virtual FileStamp StampOf(SafeFileHandle file, string name) => FileStamp.Of(Describe(file, name));

    /// <summary>This directory itself; the name is empty.</summary>
    public abstract FileNode Describe();

    /// <summary>A file that this folder opened.</summary>
    public abstract FileNode Describe(SafeFileHandle file, string name);

    /// <summary>Opens a directory; <see langword="null"/> when the name does not exist or is something else, a link included.</summary>
    public abstract Folder? TryOpenFolder(string name);

    /// <summary>Opens a regular file to read, and describes it; <see langword="null"/> when the name does not exist or is something
    /// else.</summary>
    public abstract SafeFileHandle? TryOpenFile(string name, out FileNode node);

    public SafeFileHandle? TryOpenFile(string name) => TryOpenFile(name, out _);

    /// <summary>The same without a look at what it is. What is read counts only if the stamp is then that of a regular file.</summary>
    public virtual SafeFileHandle? TryOpenUnseen(string name) => TryOpenFile(name);

    /// <summary>Reads from a file that this folder opened; 0 bytes at its end.</summary>
    public virtual int Read(SafeFileHandle file, string name, Span<byte> destination, long offset)
    {
        try
        {
            return RandomAccess.Read(file, destination, offset);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed($"Cannot read '{ErrorText.Quote(Path.Join(FullPath, name))}'", e);
        }
    }

    /// <summary>The next stretch of a file that is not a hole, at or after <paramref name="offset"/>. The default knows no holes.</summary>
    public virtual (long Start, long End) NextData(SafeFileHandle file, long offset, long size) => (offset, size);

    public abstract string ReadLink(string name);

    /// <summary>The extended attributes of a name, in byte order; none where the system has none.</summary>
    public abstract SortedDictionary<string, byte[]> ReadAttributes(string name);

    /// <summary>Creates a directory that only this user can enter; <see langword="false"/> when the name is taken.</summary>
    public abstract bool TryCreateFolder(string name);

    /// <summary>Creates a file that only this user can read; <see langword="null"/> when the name is taken.</summary>
    public abstract SafeFileHandle? TryCreateFile(string name);

    /// <summary>Creates a file with its content and metadata; <see langword="false"/> when the name is taken.</summary>
    public virtual bool TryWriteFile(string name, ReadOnlySpan<byte> content, NodeMetadata metadata)
    {
        using var file = TryCreateFile(name);
        if (file is null)
            return false;
        if (!content.IsEmpty)
            FileContent.Write(file, name, content, 0);
        Apply(file, name, metadata);
        return true;
    }

    /// <summary>Creates a symbolic link; <see langword="false"/> when the name is taken.</summary>
    public abstract bool TryCreateLink(string name, string target);

    /// <summary>Creates a hard link to a file of another folder; <see langword="false"/> when the name is taken.</summary>
    public abstract bool TryCreateHardLink(string name, Folder from, string fromName);

    public virtual bool CanCreateNodes => false;

    /// <summary>Creates a fifo or device; <see langword="false"/> when the name is taken.</summary>
    public abstract bool TryCreateNode(string name, FileNode node);

    /// <summary>Removes a name that is not a directory. Nothing happens when it does not exist.</summary>
    public abstract void DeleteFile(string name);

    public abstract void DeleteEmptyFolder(string name);

    /// <summary>Moves a name into a folder of the same mount, without replacing; <see langword="false"/> when the name is taken.</summary>
    public abstract bool TryMove(string name, Folder to, string toName);

    /// <summary>Exchanges two names of one mount in one step; <see langword="false"/> when it cannot, or one does not exist.</summary>
    public abstract bool TryExchange(string name, Folder other, string otherName);

    /// <summary>Whether a folder that was opened here is the root of another mount, or of another volume of this one.</summary>
    public abstract bool IsOnOtherMount(Folder inner);

    /// <summary>Tries to lock this folder against other restores. The system frees the lock when the process ends.</summary>
    public abstract FolderLock TryLock();

    /// <summary>Writes the names in this folder to disk.</summary>
    public abstract void Flush();

    /// <summary>Sets metadata of a file that this folder created.</summary>
    public abstract void Apply(SafeFileHandle file, string name, NodeMetadata metadata);

    /// <summary>Sets metadata of a name that is not a file. Of a directory only the mode; of a link not the mode.</summary>
    public abstract void Apply(string name, NodeMetadata metadata);

    public abstract void Apply(NodeMetadata metadata);

    /// <summary>Makes what is created in this folder from now on get the group and the access control list that it would get in another
    /// one. The default does nothing.</summary>
    public virtual void InheritLike(Folder other)
    {
    }

    protected abstract void Close();

    protected CacheStorageException Failure(string action, string name, string reason, Exception? cause = null) => new(
        RegistryCacheErrorCode.StorageFailure,
        $"Cannot {action} '{ErrorText.Quote(name.Length == 0 ? FullPath : Path.Combine(FullPath, name))}': {reason}.",
        cause);
}
