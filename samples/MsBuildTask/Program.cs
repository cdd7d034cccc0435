using System.Diagnostics;

// An MSBuild target whose output comes from a cache: dotnet run --project samples/MsBuildTask
var root = Directory.CreateTempSubdirectory("msbuild-task-").FullName;
try
{
    var wrong = 0;
    await BuildAsync("The first build generates, and saves the folder.", "machine-1", "1", generates: true);
    await BuildAsync("Another machine, the same input: the folder is restored, and nothing is generated.", "machine-2", "1", generates: false);
    await BuildAsync("Another input: it is generated again.", "machine-2", "2", generates: true);
    Console.WriteLine(wrong == 0 ? "\nEvery build did what was expected." : $"\n{wrong} builds did not do what was expected.");
    return wrong;

    async Task BuildAsync(string title, string machine, string version, bool generates)
    {
        Console.WriteLine($"\n{title}");
        var folder = Path.Combine(root, machine, "generated");
        Directory.CreateDirectory(folder);
        var output = await MsBuildAsync(
            $"-p:Tasks={typeof(Program).Assembly.Location}", $"-p:CacheTag=type=local%2Cdest={Path.Combine(root, "cache")}",
            $"-p:InputVersion={version}", $"-p:Generated={folder}");
        Console.Write(output);
        var file = Path.Combine(folder, "Version.cs");
        var content = File.Exists(file) ? (await File.ReadAllTextAsync(file)).Trim() : "";
        var isRight = output.Contains($"generated version {version}", StringComparison.Ordinal) == generates && content == $"// version {version}"
            && !output.Contains("warning", StringComparison.Ordinal);
        if (isRight)
            return;
        wrong++;
        Console.WriteLine($"  WRONG: expected {(generates ? "a new" : "a restored")} folder of version {version}");
    }
}
finally
{
    Directory.Delete(root, recursive: true);
}

static async Task<string> MsBuildAsync(params string[] properties)
{
    string[] arguments =
        ["msbuild", Path.Combine(AppContext.BaseDirectory, "Demo", "generate.proj"), "-nologo", "-nodereuse:false", "-verbosity:minimal", .. properties];
    var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { RedirectStandardOutput = true };
    using var process = Process.Start(start)!;
    var output = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dotnet msbuild failed:\n{output}");
}
