using System.Text.RegularExpressions;
using NUnit.Framework.Interfaces;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>The engines that every fixture runs on, each under its version as the name.</summary>
internal static partial class DockerEngines
{
    /// <summary>Stands in for the engines of a machine that has none, so that each test reports the reason.</summary>
    public const string None = "no engine";

    private static readonly IReadOnlyList<DockerPrograms> Located = DockerPrograms.Locate(out Reason);

    /// <summary>Why there is no engine; empty if there is one.</summary>
    public static readonly string Reason;

    private static readonly Dictionary<string, DockerPrograms> ByName = Located.ToDictionary(NameOf);

    /// <summary>The engines' names, the source of every fixture.</summary>
    public static IEnumerable<string> Names => ByName.Count == 0 ? [None] : ByName.Keys;

    public static DockerPrograms? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a fixture's engine is the newest that there is.</summary>
    public static bool IsNewest(ITest? fixture) => IsNewest((string)fixture!.Arguments[0]!);

    /// <summary>Whether the engine is the newest that there is.</summary>
    public static bool IsNewest(string name) => ByName.Count == 0 || name == ByName.Keys.MaxBy(VersionOf);

    /// <summary>Whether the engine's BuildKit is 0.25 or newer, as it is from Docker 28.4 on.</summary>
    public static bool LosesLinksOfSeveralLeaves(string name) => VersionOf(name) >= new Version(28, 4);

    private static Version VersionOf(string name) => Version.Parse(name["Docker ".Length..]);

    private static string NameOf(DockerPrograms programs)
    {
        var run = ProgramRun.RunAsync(programs.Daemon, ["--version"]).GetAwaiter().GetResult().RequireSuccess();
        return "Docker " + VersionNumber().Match(run.Output).Value;
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
