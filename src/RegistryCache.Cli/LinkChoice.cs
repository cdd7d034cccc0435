namespace RegistryCache.Cli;

/// <summary>The option <c>--symlinks</c>.</summary>
internal static class LinkChoice
{
    public static SymbolicLinkPolicy Of(Arguments arguments) => arguments.Choice("--symlinks", "any", "inside", "skip") switch
    {
        "inside" => SymbolicLinkPolicy.Inside,
        "skip" => SymbolicLinkPolicy.Skip,
        _ => SymbolicLinkPolicy.Default,
    };
}
