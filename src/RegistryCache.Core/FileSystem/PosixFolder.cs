using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>A directory descriptor: each call is relative to it, so no other process can redirect a path between check and use.</summary>
internal sealed class PosixFolder(SafeFileHandle handle, string? path, PosixFolder? parent, string name) : Folder
{
    private const int NameScratch = 800;
    private readonly SafeFileHandle _handle = handle;
    private readonly string? _path = path;
    private readonly string _name = name;

    // The last mode that new files here got as it was asked for, and the last one that the umask or an access control list changed.
    private int _keptMode = -1;
    private int _changedMode = -1;

    public override string FullPath => _path ?? Path.Combine(parent!.FullPath, _name);

    internal SafeFileHandle Handle => _handle;

    public static PosixFolder OpenRoot(string path)
    {
        var full = AbsolutePath.Of(path);
        var handle = Libc.Open(
            PathText.Terminated(full, stackalloc byte[NameScratch]), Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec, 0);
        var folder = new PosixFolder(handle, full, null, "");
        return handle.IsInvalid ? throw folder.LastFailure("open", "") : folder;
    }

    public override IReadOnlyList<string> Names()
    {
        var names = PosixListing.Names(_handle, out var error);
        return error == 0 ? names : throw Failure("list", "", Marshal.GetPInvokeErrorMessage(error));
    }

    public override List<FileNode> List() => [.. Names().Select(Find).OfType<FileNode>()];

    public override FileNode? Find(string name) =>
        TryStat(Terminated(name, stackalloc byte[NameScratch]), out var stat) ? PosixListing.ToNode(name, stat) : null;

    public override FileStamp? StampOf(ReadOnlySpan<byte> name)
    {
        var terminated = name.Length < NameScratch ? stackalloc byte[name.Length + 1] : new byte[name.Length + 1];
        name.CopyTo(terminated);
        return TryStat(terminated, out var stat) ? PosixListing.ToStamp(stat) : null;
    }

    public override FileNode Describe() => Describe(_handle, "");

    public override FileNode Describe(SafeFileHandle file, string name) =>
        Libc.StatX(file, "\0"u8, Libc.EmptyPath, Libc.BasicStats | Libc.MountIdStat, out var stat) == 0
            ? PosixListing.ToNode(name, stat)
            : throw LastFailure("inspect", name);

    public override Folder? TryOpenFolder(string name)
    {
        var handle = Libc.OpenAt(
            _handle, Terminated(name, stackalloc byte[NameScratch]), Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec, 0);
        if (!handle.IsInvalid)
            return new PosixFolder(handle, null, this, name);
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NotDirectory or Libc.Loop ? null : throw LastFailure("open", name);
    }

    public override FileStamp StampOf(SafeFileHandle file, string name) =>
        Libc.StatX(file, "\0"u8, Libc.EmptyPath, Libc.BasicStats, out var stat) == 0
            ? PosixListing.ToStamp(stat)
            : throw LastFailure("inspect", name);

    public override SafeFileHandle? TryOpenFile(string name, out FileNode node)
    {
        node = null!;
        if (TryOpenUnseen(name) is not { } handle)
            return null;
        node = Describe(handle, name);
        if (node.Kind == FileKind.File)
            return handle;
        handle.Dispose();
        return null;
    }

    public override SafeFileHandle? TryOpenUnseen(string name)
    {
        // Non-blocking: a fifo that took the place of a file would otherwise wait for a writer without end.
        var handle = Libc.OpenAt(
            _handle,
            Terminated(name, stackalloc byte[NameScratch]),
            Libc.ReadOnly | Libc.NoFollow | Libc.NonBlocking | Libc.CloseOnExec,
            0);
        if (!handle.IsInvalid)
            return handle;
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.Loop or Libc.NoSuchAddress ? null : throw LastFailure("open", name);
    }

    // The framework would ask each file for its position first.
    public override int Read(SafeFileHandle file, string name, Span<byte> destination, long offset)
    {
        nint read;
        while ((read = Libc.ReadAt(file, destination, destination.Length, offset)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw LastFailure("read", name);
        }

        return (int)read;
    }

    public override (long Start, long End) NextData(SafeFileHandle file, long offset, long size)
    {
        var start = Libc.Seek(file, offset, Libc.SeekData);
        if (start < 0)
            return Marshal.GetLastPInvokeError() == Libc.NoSuchAddress ? (size, size) : (offset, size);
        var end = Libc.Seek(file, start, Libc.SeekHole);
        return (Math.Min(start, size), end < 0 ? size : Math.Min(end, size));
    }

    public override string ReadLink(string name)
    {
        var buffer = new byte[4096];
        var length = Libc.ReadLinkAt(_handle, Terminated(name, stackalloc byte[NameScratch]), buffer, buffer.Length);
        return length < 0 ? throw LastFailure("read the link", name) : PathText.Decode(buffer.AsSpan(0, (int)length));
    }

    public override SortedDictionary<string, byte[]> ReadAttributes(string name) =>
        PosixAttributes.Read(
            AttributePath(name), error => Failure("read the extended attributes of", name, Marshal.GetPInvokeErrorMessage(error)));

    public override bool TryCreateFolder(string name) => Created(
        Libc.MakeDirectoryAt(_handle, Terminated(name, stackalloc byte[NameScratch]), (int)FileModes.PrivateDirectory),
        "create the directory",
        name);

    public override SafeFileHandle? TryCreateFile(string name) => TryCreateFile(name, (int)FileModes.PrivateFile);

    private SafeFileHandle? TryCreateFile(string name, int mode)
    {
        var handle = Libc.OpenAt(
            _handle,
            Terminated(name, stackalloc byte[NameScratch]),
            Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow | Libc.CloseOnExec,
            mode);
        if (!handle.IsInvalid)
            return handle;
        return Marshal.GetLastPInvokeError() == Libc.Exists ? null : throw LastFailure("create", name);
    }

    // The framework would ask each file for its position first.
    public override bool TryWriteFile(string name, ReadOnlySpan<byte> content, NodeMetadata metadata)
    {
        var mode = metadata is { Mode: { } wanted, Owner: null, Attributes: null or { Count: 0 } } && (wanted & ~FileModes.Link) == 0
            ? (int)wanted
            : -1;
        using var file = TryCreateFile(name, mode < 0 ? (int)FileModes.PrivateFile : mode);
        if (file is null)
            return false;
        while (!content.IsEmpty)
        {
            var written = Libc.Write(file, content, content.Length);
            if (written >= 0)
                content = content[(int)written..];
            else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw LastFailure("write", name);
        }

        Apply(file, name, metadata, setsMode: mode < 0 || !IsKept(mode, file, name));
        return true;
    }

    public override bool TryCreateLink(string name, string target) => Created(
        Libc.SymlinkAt(PathText.Terminated(target, []), _handle, Terminated(name, stackalloc byte[NameScratch])), "create the link", name);

    public override bool TryCreateHardLink(string name, Folder from, string fromName) => Created(
        Libc.LinkAt(
            ((PosixFolder)from)._handle, PathText.Terminated(fromName, []), _handle, Terminated(name, stackalloc byte[NameScratch]), 0),
        "create the hard link",
        name);

    public override bool CanCreateNodes => true;

    public override bool TryCreateNode(string name, FileNode node)
    {
        var path = Terminated(name, stackalloc byte[NameScratch]);
        var device = PosixListing.DeviceNumber((uint)node.NodeMajor, (uint)node.NodeMinor);
        var result = node.Kind switch
        {
            FileKind.Fifo => Libc.MakeFifoAt(_handle, path, (int)FileModes.PrivateFile),
            FileKind.CharacterDevice => Libc.MakeNodeAt(_handle, path, PosixListing.CharacterDevice | (int)FileModes.PrivateFile, device),
            FileKind.BlockDevice => Libc.MakeNodeAt(_handle, path, PosixListing.BlockDevice | (int)FileModes.PrivateFile, device),
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };
        return Created(result, "create the device", name);
    }

    public override void DeleteFile(string name)
    {
        if (Libc.UnlinkAt(_handle, Terminated(name, stackalloc byte[NameScratch]), 0) != 0 && Marshal.GetLastPInvokeError() != Libc.NoEntry)
            throw LastFailure("delete", name);
    }

    public override void DeleteEmptyFolder(string name)
    {
        if (Libc.UnlinkAt(_handle, Terminated(name, stackalloc byte[NameScratch]), Libc.RemoveDirectory) != 0)
            throw LastFailure("delete the directory", name);
    }

    public override bool TryMove(string name, Folder to, string toName)
    {
        if (Rename(name, to, toName, Libc.RenameNoReplace))
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == Libc.Exists)
            return false;

        // Some file systems have no way to move without replacing.
        if (error is not (Libc.InvalidArgument or Libc.NotImplemented))
            throw MoveFailure("move into place:", to, toName, error);
        if (to.Find(toName) is not null)
            return false;
        return Rename(name, to, toName, 0) ? true : throw MoveFailure("move into place:", to, toName, Marshal.GetLastPInvokeError());
    }

    public override bool TryExchange(string name, Folder other, string otherName)
    {
        if (Rename(name, other, otherName, Libc.RenameExchange))
            return true;
        return Marshal.GetLastPInvokeError() is var error and not (Libc.InvalidArgument or Libc.NotImplemented or Libc.NoEntry)
            ? throw MoveFailure("replace", other, otherName, error)
            : false;
    }

    public override bool IsOnOtherMount(Folder inner) =>
        (Describe(), inner.Describe()) is var (own, other) && (own.Mount != other.Mount || own.Device != other.Device);

    public override FolderLock TryLock()
    {
        // A lock belongs to one opening of the directory, so two restores in one process exclude each other too.
        var handle = Libc.OpenAt(_handle, ".\0"u8, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec, 0);
        if (handle.IsInvalid)
            throw LastFailure("open", "");
        if (Libc.Lock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
            return new FolderLock(handle);
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return new FolderLock(null, IsHeldByAnother: error == Libc.WouldBlock);
    }

    public override void Flush()
    {
        // Network file systems may refuse this for directories; they order changes of names themselves.
        if (Libc.Flush(_handle) != 0
            && Marshal.GetLastPInvokeError() is not (Libc.InvalidArgument or Libc.NotSupported or Libc.NotImplemented))
            throw LastFailure("flush", "");
    }

    public override void Apply(SafeFileHandle file, string name, NodeMetadata metadata) => Apply(file, name, metadata, setsMode: true);

    private void Apply(SafeFileHandle file, string name, NodeMetadata metadata, bool setsMode)
    {
        // The owner first: changing it clears the set-id bits, which the mode then restores if they are wanted.
        if (metadata.Owner is { } owner && Libc.ChangeOwner(file, owner.User, owner.Group) != 0)
            throw LastFailure("change the owner of", name);
        SetAttributes(name, metadata);
        if (setsMode && metadata.Mode is { } mode && Libc.ChangeMode(file, (uint)mode) != 0)
            throw LastFailure("change the mode of", name);
        if (metadata.Modified is { } time && Libc.ChangeTimes(file, [TimeSpec.Omit, new TimeSpec(time.Seconds, time.Nanoseconds)]) != 0)
            throw LastFailure("change the time of", name);
    }

    public override void Apply(string name, NodeMetadata metadata)
    {
        var path = Terminated(name, stackalloc byte[NameScratch]);
        if (metadata.Owner is { } owner && Libc.ChangeOwnerAt(_handle, path, owner.User, owner.Group, Libc.SymlinkNoFollow) != 0)
            throw LastFailure("change the owner of", name);
        SetAttributes(name, metadata);

        // A link has no mode, and Linux has no call that changes a mode without following links. This name was just created by us.
        if (metadata.Mode is { } mode && Find(name) is { Kind: not FileKind.SymbolicLink }
            && Libc.ChangeModeAt(_handle, path, (uint)mode, 0) != 0)
            throw LastFailure("change the mode of", name);
        if (metadata.Modified is { } time
            && Libc.ChangeTimesAt(_handle, path, [TimeSpec.Omit, new TimeSpec(time.Seconds, time.Nanoseconds)], Libc.SymlinkNoFollow) != 0)
            throw LastFailure("change the time of", name);
    }

    public override void Apply(NodeMetadata metadata) => Apply(_handle, "", metadata);

    public override void InheritLike(Folder other) =>
        PosixInheritance.Copy(other, ((PosixFolder)other).AttributePath(""), this, AttributePath(""));

    protected override void Close() => _handle.Dispose();

    private bool TryStat(ReadOnlySpan<byte> terminated, out StatX stat)
    {
        if (Libc.StatX(_handle, terminated, Libc.SymlinkNoFollow, Libc.BasicStats, out stat) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NotDirectory
            ? false
            : throw LastFailure("inspect", PathText.Decode(terminated[..^1]));
    }

    private static ReadOnlySpan<byte> Terminated(ReadOnlySpan<char> name, Span<byte> scratch) => PathText.Terminated(name, scratch);

    // The first file of a directory shows it for the others.
    private bool IsKept(int mode, SafeFileHandle file, string name)
    {
        if (mode != _keptMode && mode != _changedMode)
            (mode == (int)Describe(file, name).Mode ? ref _keptMode : ref _changedMode) = mode;
        return mode == _keptMode;
    }

    // This path in /proc leads to the open directory itself, even if the directory was moved.
    private byte[] AttributePath(string name) =>
        PathText.Encode($"/proc/self/fd/{_handle.DangerousGetHandle()}/{(name.Length == 0 ? "." : name)}\0");

    private void SetAttributes(string name, NodeMetadata metadata)
    {
        if (metadata.Attributes is not { Count: > 0 } attributes)
            return;
        var path = AttributePath(name);
        foreach (var (key, value) in attributes)
        {
            if (Libc.SetAttribute(path, PathText.Terminated(key, []), value.Span, value.Length, 0) != 0)
                throw LastFailure($"set the extended attribute {ErrorText.Quote(key)} of", name);
        }
    }

    private bool Rename(string name, Folder to, string toName, uint flags) => Libc.RenameAt(
        _handle,
        Terminated(name, stackalloc byte[NameScratch]),
        ((PosixFolder)to)._handle,
        Terminated(toName, stackalloc byte[NameScratch]),
        flags) == 0;

    private static CacheStorageException MoveFailure(string action, Folder folder, string name, int error) => ((PosixFolder)folder).Failure(
        action,
        name,
        Marshal.GetPInvokeErrorMessage(error) + error switch
        {
            Libc.NotPermitted => " (it may be immutable, see lsattr, or belong to another user in a sticky directory)",
            Libc.Busy => " (it may be a mount point)",
            _ => "",
        });

    private bool Created(int result, string action, string name)
    {
        if (result == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Libc.Exists ? false : throw LastFailure(action, name);
    }

    private CacheStorageException LastFailure(string action, string name) =>
        Failure(action, name, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
}
