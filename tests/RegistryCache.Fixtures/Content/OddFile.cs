using System.Net.Sockets;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Fixtures.Content;

/// <summary>Puts something in the place of a file that no program expects there.</summary>
public static class OddFile
{
    /// <summary>What can be put in a place; <c>unreadable</c> means something to users other than root only.</summary>
    public static readonly string[] Kinds = ["empty", "directory", "fifo", "socket", "link", "unreadable", "truncated", "large"];

    /// <summary>Replaces what is at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="outside">Where a link leads to: a path on the same file system.</param>
    /// <param name="largeBytes">The length of a large file; it has no content, only the length.</param>
    public static async Task PutAsync(string path, string kind, string outside, long largeBytes = 1L << 30)
    {
        var before = File.Exists(path) ? await File.ReadAllBytesAsync(path) : "some content"u8.ToArray();
        if (kind == "unreadable" && !OperatingSystem.IsWindows())
        {
            if (!Path.Exists(path))
                await File.WriteAllBytesAsync(path, before);
            File.SetUnixFileMode(path, UnixFileMode.None);
            return;
        }

        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        File.Delete(path);
        switch (kind)
        {
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "fifo":
                await OutsideTool.RunAsync("mkfifo", [path]);
                break;
            case "socket":
                using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                {
                    // The framework removes the name that it bound, so it is given another one: a short one, which sockets need.
                    var bound = outside + ".s";
                    socket.Bind(new UnixDomainSocketEndPoint(bound));
                    File.Move(bound, path);
                }

                break;
            case "link":
                File.CreateSymbolicLink(path, outside);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(path, before[..(before.Length / 2)]);
                break;
            case "large":
                await using (var file = File.Create(path))
                    file.SetLength(largeBytes);
                break;
            default:
                throw new ArgumentException(kind);
        }
    }
}
