namespace RegistryCache.Core.FileSystem;

/// <summary>What Windows does differently with links and files. Nothing happens on other systems. This has not been run by us.</summary>
internal static class WindowsLinks
{
    private const int PrivilegeNotHeld = unchecked((int)0x80070522);

    /// <summary>A link's text as layers have it, with <c>/</c>.</summary>
    public static string FromSystem(string target) => OperatingSystem.IsWindows() ? target.Replace('\\', '/') : target;

    /// <summary>A link's text as the system needs it: Windows does not follow a link whose relative text has <c>/</c>.</summary>
    public static string ToSystem(string target) => OperatingSystem.IsWindows() ? target.Replace('/', '\\') : target;

    /// <summary>Windows deletes no file that is marked as read-only.</summary>
    public static void MakeDeletable(FileInfo file)
    {
        if (OperatingSystem.IsWindows() && file.Exists && file.LinkTarget is null && file.IsReadOnly)
            file.IsReadOnly = false;
    }

    /// <summary>What to do about a failure that only Windows has, or the empty string.</summary>
    public static string Advice(Exception e) => OperatingSystem.IsWindows() && e.HResult == PrivilegeNotHeld
        ? ". Windows lets administrators create symbolic links, and other users in developer mode"
        : "";
}
