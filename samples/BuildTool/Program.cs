using BuildTool;
using RegistryCache;

// A build tool with a cache: dotnet run --project samples/BuildTool The cache is a directory here. For a registry, use
// type=registry,ref=… in both places.
var root = Directory.CreateTempSubdirectory("build-tool-").FullName;
try
{
    return await RunAsync(root, CancellationToken.None);
}
finally
{
    Directory.Delete(root, recursive: true);
}

static async Task<int> RunAsync(string root, CancellationToken cancellationToken)
{
    var sources = Directory.CreateDirectory(Path.Combine(root, "src")).FullName;
    foreach (var name in (string[])["codec", "graph", "layout", "main", "store", "transport"])
        await File.WriteAllTextAsync(Path.Combine(sources, name + ".src"), $"# The {name} part.\nuse base\ndo {name}\n",
            cancellationToken);
    await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    var directory = Path.Combine(root, "cache");
    var build = new Build(cache, $"type=local,src={directory}", $"type=local,dest={directory},mode=max");
    var machine = 0;
    var failures = 0;

    await BuildAsync("Cold: nothing is in the cache.", new BuildResult(8, 0, 0));
    await BuildAsync("Warm, on another machine: everything is restored, nothing runs.", new BuildResult(0, 8, 0));

    await File.AppendAllTextAsync(Path.Combine(sources, "graph.src"), "do more\n", cancellationToken);
    Console.WriteLine("\ngraph.src has changed. Why would graph run?\n"
        + $"{await build.ExplainAsync(NewMachine(), "graph", cancellationToken)}");
    await BuildAsync("Changed file: only the tasks that depend on it run.", new BuildResult(3, 5, 0));

    await File.AppendAllTextAsync(Path.Combine(sources, "store.src"), "# Only a comment.\n", cancellationToken);
    await BuildAsync("Changed comment: the object is the same, so nothing after it runs.", new BuildResult(1, 7, 2));
    await BuildAsync("Warm again.", new BuildResult(0, 8, 0));

    Console.WriteLine(failures == 0 ? "\nAll five builds did what was expected." : $"\n{failures} builds did not do what was expected.");
    return failures == 0 ? 0 : 1;

    Workspace NewMachine() => new(sources, Path.Combine(root, $"machine-{++machine}"));

    async Task BuildAsync(string title, BuildResult expected)
    {
        var result = await build.RunAsync(title, NewMachine(), cancellationToken);
        if (result == expected)
            return;
        failures++;
        Console.WriteLine($"  EXPECTED {expected}");
    }
}
