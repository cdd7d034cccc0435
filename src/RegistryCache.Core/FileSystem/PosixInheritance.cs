namespace RegistryCache.Core.FileSystem;

/// <summary>What a directory hands on to what is made in it: its group, if its set-group-id bit is set, and its default access control
/// list. What the system refuses here stays as it is, because the owner of a file may not always choose its group.</summary>
internal static class PosixInheritance
{
    private const uint KeepUser = uint.MaxValue;

    // A list of version 2 without entries, which removes the one that is there. Source: Linux, posix_acl_xattr.h.
    private static ReadOnlySpan<byte> NoList => [2, 0, 0, 0];

    private static ReadOnlySpan<byte> DefaultList => "system.posix_acl_default\0"u8;

    /// <summary>Makes one directory like another. The paths end with a NUL.</summary>
    public static void Copy(Folder from, ReadOnlySpan<byte> fromPath, PosixFolder to, ReadOnlySpan<byte> toPath)
    {
        var (model, own) = (from.Describe(), to.Describe());
        var isSet = model.Mode.HasFlag(UnixFileMode.SetGroup);
        if (isSet && own.GroupId != model.GroupId)
            _ = Libc.ChangeOwner(to.Handle, KeepUser, model.GroupId);
        var mode = isSet ? own.Mode | UnixFileMode.SetGroup : own.Mode & ~UnixFileMode.SetGroup;
        if (mode != own.Mode)
            _ = Libc.ChangeMode(to.Handle, (uint)mode);

        var list = ReadList(fromPath);
        if (!list.AsSpan().SequenceEqual(ReadList(toPath)))
            _ = Libc.SetAttribute(toPath, DefaultList, list.Length > 0 ? list : NoList, list.Length > 0 ? list.Length : NoList.Length, 0);
    }

    private static byte[] ReadList(ReadOnlySpan<byte> path)
    {
        var buffer = new byte[4096];
        var length = Libc.GetAttribute(path, DefaultList, buffer, buffer.Length);
        return length > 0 ? buffer[..(int)length] : [];
    }
}
