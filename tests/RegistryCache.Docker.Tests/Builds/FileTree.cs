using System.Security.Cryptography;
using System.Text;

namespace RegistryCache.Docker.Tests.Builds;

/// <summary>What a build left in a folder: names, kinds, permissions and contents, in one comparable text.</summary>
internal sealed record FileTree(string Listing)
{
    public static FileTree None { get; } = new("");

    public static FileTree Of(string folder)
    {
        var lines = new List<string>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", options))
            lines.Add($"{Path.GetRelativePath(folder, entry.FullName)} {Describe(entry)}");
        lines.Sort(StringComparer.Ordinal);
        return new FileTree(new StringBuilder().AppendJoin('\n', lines).ToString());
    }

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => "-> " + target,
        DirectoryInfo => $"{entry.UnixFileMode}/",
        FileInfo file => $"{entry.UnixFileMode} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)))}",
        _ => throw new InvalidOperationException(entry.FullName),
    };
}
