using System.CommandLine;

namespace RegistryCache.Cli.Options;

/// <summary>Arguments and options that say where a cache is, as <c>docker buildx build</c> takes them.</summary>
internal static class Places
{
    private static readonly string[] Sources = ["type=registry,ref=", "type=local,src="];
    private static readonly string[] Targets = ["type=registry,ref=", "type=local,dest="];

    public static Argument<string> Source(
        string description = "a cache, such as type=registry,ref=ghcr.io/acme/app:cache", string name = "SOURCE")
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.CompletionSources.Add(Sources);
        return argument;
    }

    public static ListOption From(string description)
    {
        var option = new ListOption("--from", "SOURCE", description) { Required = true };
        option.CompletionSources.Add(Sources);
        return option;
    }

    /// <summary>The option <c>--to</c>, which makes a place known to the completion.</summary>
    public static TOption To<TOption>(TOption option)
        where TOption : Option
    {
        option.Required = true;
        option.CompletionSources.Add(Targets);
        return option;
    }
}
