namespace RegistryCache.Cli;

/// <summary>The option <c>--prefer</c>: which of several sources wins.</summary>
internal static class Preference
{
    public static bool IsNewest(Arguments arguments) =>
        arguments.Choice("--prefer", "first", "newest") == "newest";
}
