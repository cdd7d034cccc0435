using System.Text.RegularExpressions;

namespace RegistryCache.Core.FileSystem;

/// <summary>Names of the temporary files and directories of this library: spool files, staging directories, markers. They start with
/// <c>.registry-cache-</c>, or end in <c>registry-cache-</c> and a random name. They are never a part of a snapshot.</summary>
internal static partial class OwnNames
{
    private const string Prefix = ".registry-cache-";

    public static bool Contains(string name) =>
        name.Contains("registry-cache-", StringComparison.Ordinal)
            && (name.StartsWith(Prefix, StringComparison.Ordinal) || Random().IsMatch(name));

    // The form of Path.GetRandomFileName.
    [GeneratedRegex("(^|\\.)registry-cache-(aside-)?[a-z0-9]{8}\\.[a-z0-9]{3}(-old)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Random();
}
