using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Snapshots.FileSystem;

/// <summary>A directory descriptor: each call is relative to it, so no other process can redirect a path between check and use.</summary>
internal sealed class PosixFolder : Folder
{
    private const int NameScratch = 800;
    private readonly SafeFileHandle _handle;
    private readonly string? _path;
    private readonly PosixFolder? _parent;
    private readonly string _name;

    private PosixFolder(SafeFileHandle handle, string? path, PosixFolder? parent, string name)
    {
        _handle = handle;
        _path = path;
        _parent = parent;
        _name = name;
    }

    public override string FullPath => _path ?? Path.Combine(_parent!.FullPath, _name);

    internal SafeFileHandle Handle => _handle;

    public static PosixFolder OpenRoot(string path)
    {
        var full = Path.GetFullPath(path);
        var handle = Libc.Open(PathText.Terminated(full, stackalloc byte[NameScratch]), Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec, 0);
        var folder = new PosixFolder(handle, full, null, "");
        return handle.IsInvalid ? throw folder.LastFailure("open", "") : folder;
    }

    public override List<FileNode> List()
    {
        var names = PosixListing.Names(_handle, out var error);
        if (error != 0)
            throw Failure("list", "", Marshal.GetPInvokeErrorMessage(error));
        var nodes = new List<FileNode>(names.Count);
        foreach (var name in names)
        {
            if (Find(name) is { } node)
                nodes.Add(node);
        }

        return nodes;
    }

    public override FileNode? Find(string name)
    {
        if (Libc.StatX(_handle, Terminated(name, stackalloc byte[NameScratch]), Libc.SymlinkNoFollow, Libc.BasicStats, out var stat) == 0)
            return PosixListing.ToNode(name, stat);
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NotDirectory ? null : throw LastFailure("inspect", name);
    }

    public override FileNode Describe() => Describe(_handle, "");

    public override FileNode Describe(SafeFileHandle file, string name) =>
        Libc.StatX(file, "\0"u8, Libc.EmptyPath, Libc.BasicStats, out var stat) == 0
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

    public override SafeFileHandle? TryOpenFile(string name)
    {
        // Non-blocking: a fifo that took the place of a file would otherwise wait for a writer for ever.
        var handle = Libc.OpenAt(
            _handle, Terminated(name, stackalloc byte[NameScratch]), Libc.ReadOnly | Libc.NoFollow | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (handle.IsInvalid)
            return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.Loop or Libc.NoSuchAddress ? null : throw LastFailure("open", name);
        if (Describe(handle, name).Kind == FileKind.File)
            return handle;
        handle.Dispose();
        return null;
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
        PosixAttributes.Read(AttributePath(name), error => Failure("read the extended attributes of", name, Marshal.GetPInvokeErrorMessage(error)));

    public override bool TryCreateFolder(string name) =>
        Created(Libc.MakeDirectoryAt(_handle, Terminated(name, stackalloc byte[NameScratch]), 0x1c0), "create the directory", name);

    public override SafeFileHandle? TryCreateFile(string name)
    {
        var handle = Libc.OpenAt(
            _handle,
            Terminated(name, stackalloc byte[NameScratch]),
            Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow | Libc.CloseOnExec,
            0x180);
        if (!handle.IsInvalid)
            return handle;
        return Marshal.GetLastPInvokeError() == Libc.Exists ? null : throw LastFailure("create", name);
    }

    public override bool TryCreateLink(string name, string target) =>
        Created(Libc.SymlinkAt(PathText.Terminated(target, []), _handle, Terminated(name, stackalloc byte[NameScratch])), "create the link", name);

    public override bool TryCreateHardLink(string name, Folder from, string fromName) => Created(
        Libc.LinkAt(((PosixFolder)from)._handle, PathText.Terminated(fromName, []), _handle, Terminated(name, stackalloc byte[NameScratch]), 0),
        "create the hard link",
        name);

    public override bool CanCreateNodes => true;

    public override bool TryCreateNode(string name, FileNode node)
    {
        var path = Terminated(name, stackalloc byte[NameScratch]);
        var device = PosixListing.DeviceNumber((uint)node.NodeMajor, (uint)node.NodeMinor);
        var result = node.Kind switch
        {
            FileKind.Fifo => Libc.MakeFifoAt(_handle, path, 0x180),
            FileKind.CharacterDevice => Libc.MakeNodeAt(_handle, path, 0x2180, device),
            FileKind.BlockDevice => Libc.MakeNodeAt(_handle, path, 0x6180, device),
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

    public override void Exchange(string from, string to)
    {
        if (Rename(from, to, Libc.RenameExchange))
            return;
        var error = Marshal.GetLastPInvokeError();
        if (error == Libc.NoEntry)
        {
            if (!Rename(from, to, 0))
                throw LastFailure("rename the restored directory to", to);
            return;
        }

        if (error is not (Libc.InvalidArgument or Libc.NotImplemented))
            throw LastFailure("put the restored directory in place of", to);

        // This file system cannot exchange.
        var aside = from + "-old";
        if (!Rename(to, aside, 0))
            throw LastFailure("rename", to);
        if (!Rename(from, to, 0))
        {
            var failure = LastFailure("rename the restored directory to", to);
            Rename(aside, to, 0);
            throw failure;
        }

        Rename(aside, from, 0);
    }

    public override bool TryMove(string name, Folder to, string newName)
    {
        var target = (PosixFolder)to;
        if (Libc.RenameAt(_handle, PathText.Terminated(name, []), target._handle, PathText.Terminated(newName, []), Libc.RenameNoReplace) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == Libc.Exists)
            return false;

        // This file system cannot look and rename in one step.
        if (error is not (Libc.InvalidArgument or Libc.NotImplemented))
            throw Failure("move", name, Marshal.GetPInvokeErrorMessage(error));
        if (target.Find(newName) is not null)
            return false;
        return Libc.RenameAt(_handle, PathText.Terminated(name, []), target._handle, PathText.Terminated(newName, []), 0) == 0
            ? true
            : throw LastFailure("move", name);
    }

    public override void Apply(SafeFileHandle file, string name, NodeMetadata metadata)
    {
        // The owner first: changing it clears the set-id bits, which the mode then restores if they are wanted.
        if (metadata.Owner is { } owner && Libc.ChangeOwner(file, owner.User, owner.Group) != 0)
            throw LastFailure("change the owner of", name);
        SetAttributes(name, metadata);
        if (metadata.Mode is { } mode && Libc.ChangeMode(file, (uint)mode) != 0)
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

        // Links have no mode, and Linux knows no call that changes one without following; nodes are ours and fresh.
        if (metadata.Mode is { } mode && Find(name) is { Kind: not FileKind.SymbolicLink } && Libc.ChangeModeAt(_handle, path, (uint)mode, 0) != 0)
            throw LastFailure("change the mode of", name);
        if (metadata.Modified is { } time
            && Libc.ChangeTimesAt(_handle, path, [TimeSpec.Omit, new TimeSpec(time.Seconds, time.Nanoseconds)], Libc.SymlinkNoFollow) != 0)
            throw LastFailure("change the time of", name);
    }

    public override void Apply(NodeMetadata metadata) => Apply(_handle, "", metadata);

    protected override void Close() => _handle.Dispose();

    private static ReadOnlySpan<byte> Terminated(string name, Span<byte> scratch) => PathText.Terminated(name, scratch);

    // The descriptor's own directory in proc leads to the object itself, whatever its path has become.
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

    private bool Rename(string from, string to, uint flags) =>
        Libc.RenameAt(_handle, PathText.Terminated(from, []), _handle, PathText.Terminated(to, []), flags) == 0;

    private bool Created(int result, string action, string name)
    {
        if (result == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Libc.Exists ? false : throw LastFailure(action, name);
    }

    private CacheStorageException LastFailure(string action, string name) =>
        Failure(action, name, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
}
