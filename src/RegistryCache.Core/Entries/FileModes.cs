namespace RegistryCache.Core.Entries;

/// <summary>The file modes that several rooms need.</summary>
internal static class FileModes
{
    /// <summary>rw-------</summary>
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>rwx------, also the bits without which an owner cannot work in a directory.</summary>
    public const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;

    /// <summary>rw-r--r--</summary>
    public const UnixFileMode SharedFile = PrivateFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>rwxr-xr-x</summary>
    public const UnixFileMode SharedDirectory =
        SharedFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>rwxrwxrwx, which every symbolic link has.</summary>
    public const UnixFileMode Link = SharedDirectory | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The bits that let a program run with the rights of its owner or group.</summary>
    public const UnixFileMode SetIds = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    /// <summary>The twelve permission bits of a mode; the other bits of <paramref name="mode"/> are the kind of file.</summary>
    public static UnixFileMode Of(long mode) => (UnixFileMode)mode & (Link | SetIds | UnixFileMode.StickyBit);
}
