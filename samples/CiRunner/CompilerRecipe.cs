using RegistryCache;

namespace CiRunner;

/// <summary>The cache folder of the C# compiler. docs/recipes.md says what the settings are for.</summary>
internal sealed class CompilerRecipe(FolderCache folders, string root, Checks checks)
{
    private const string Properties = """
        <!-- region compiler-cache -->
        <Features>$(Features);use-global-cache=$(CompilerCache)</Features>
        <PathMap>$(MSBuildProjectDirectory)=/_</PathMap>
        <IncludeSourceRevisionInInformationalVersion>false</IncludeSourceRevisionInInformationalVersion>
        <EnableSourceLink>false</EnableSourceLink>
        <!-- endregion -->
        """;

    private int _runs;

    public async Task RunAsync()
    {
        await RunAsync("A job compiles with the compiler's cache, and saves the cache.", "commit-1", hit: false);
        await RunAsync("Another runner, another directory: nothing is compiled.", "commit-2", hit: true);
    }

    private async Task RunAsync(string title, string commit, bool hit)
    {
        Console.WriteLine($"\n{title}");
        var runner = Path.Combine(root, "compile", $"{++_runs}");
        var (source, log) = (Path.Combine(runner, "source"), Path.Combine(runner, "compiler.log"));

        // The compiler's keys contain the path of its cache, so it is the same on every runner.
        var cache = Path.Combine(root, "roslyn");
        if (Directory.Exists(cache))
            Directory.Delete(cache, recursive: true);
        Project.Write(source, Properties);
        var sdk = await Dotnet.RunAsync(source, new Dictionary<string, string>(), "--version");

        var found = await folders.RestoreAsync($"roslyn-linux-{sdk}-{commit}", fallbacks: [$"roslyn-linux-{sdk}-"], into: cache);
        var pipe = $"ci-runner-{Environment.ProcessId}-{_runs}";

        // Only the compiler server uses the cache. It reads the name of its log when it starts, so the job has a server of its own.
        var environment = new Dictionary<string, string> { ["RoslynCommandLineLogFile"] = log };
        try
        {
            await Dotnet.RunAsync(source, environment, "build", "--nologo", "-nodereuse:false", $"-p:CompilerCache={cache}",
                "-p:UseSharedCompilation=true", $"-p:SharedCompilationId={pipe}");
        }
        finally
        {
            await StopServerAsync(source, sdk, pipe);
        }

        var saved = await folders.SaveAsync($"roslyn-linux-{sdk}-{commit}", cache);
        var hits = (await File.ReadAllTextAsync(log)).Split("Cache hit satisfied").Length - 1;
        Console.WriteLine($"  {found}\n  {hits} of 1 compilations came from the cache\n  {saved}");
        checks.That(hits == (hit ? 1 : 0), $"the compiler found {hits} results in its cache");
    }

    /// <summary>Ends the job's compiler server, which otherwise waits ten minutes for more work.</summary>
    private static async Task StopServerAsync(string source, string sdk, string pipe)
    {
        var list = await Dotnet.RunAsync(source, new Dictionary<string, string>(), "--list-sdks");
        var line = list.Split('\n').Single(l => l.StartsWith(sdk + " ", StringComparison.Ordinal));
        var directory = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..].TrimEnd(']', '\r');
        await Dotnet.RunAsync(source, new Dictionary<string, string>(),
            Path.Combine(directory, sdk, "Roslyn", "bincore", "VBCSCompiler.dll"), $"-pipename:{pipe}", "-shutdown");
    }
}
