using System.Text.RegularExpressions;

namespace RegistryCache.Testing.Storage;

/// <summary>Which names of repositories and tags are allowed. Source: distribution-spec 1.1, "Pulling manifests".</summary>
internal static partial class RegistryNames
{
    public static bool IsRepository(string name) => name.Length <= 255 && Repository().IsMatch(name);

    public static bool IsTag(string tag) => Tag().IsMatch(tag);

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Repository();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
