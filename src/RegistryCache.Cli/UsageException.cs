namespace RegistryCache.Cli;

/// <summary>The command line is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What the library says about an argument, without the name that the argument has there.</summary>
    public static UsageException Of(ArgumentException e) =>
        new(e.ParamName is { } name ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message);
}
