using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RegistryCache.Peers;

/// <summary>The programs of the comparison: ours, which are built here, and the peers that the machine has.</summary>
internal sealed class Tools
{
    private readonly string _root = FindRoot();
    private readonly string _searchPath;
    private readonly Dictionary<string, string> _versions = [];

    public Tools()
    {
        _searchPath = Path.Combine(_root, "artifacts", "peers", "bin") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");

        // The jobs start programs by name.
        Environment.SetEnvironmentVariable("PATH", _searchPath);
    }

    /// <summary>Our tool, compiled to native code.</summary>
    public string Native => Path.Combine(_root, "artifacts", "peers", "native", "registry-cache");

    /// <summary>Our tool on the .NET runtime.</summary>
    public string Managed => Path.Combine(_root, "artifacts", "peers", "managed", "registry-cache");

    /// <summary>The directories of the Docker engines that <c>eng/docker.sh</c> unpacked, newest last.</summary>
    public IReadOnlyList<string> Engines => Directory.Exists(Path.Combine(_root, "artifacts", "docker"))
        ? [.. Directory.GetDirectories(Path.Combine(_root, "artifacts", "docker"))
            .Select(suite => Path.Combine(suite, "engine")).Where(Directory.Exists)
            .OrderBy(engine => File.GetLastWriteTimeUtc(Path.Combine(engine, "usr", "sbin", "dockerd")))]
        : [];

    /// <summary>Every program that was looked for, with its version.</summary>
    public IReadOnlyDictionary<string, string> Versions => _versions;

    /// <summary>Publishes both forms of our tool.</summary>
    public async Task BuildAsync()
    {
        await PublishAsync(Native, "true");
        await PublishAsync(Managed, "false");
        foreach (var tool in (string[])[Native, Managed])
            _versions[Path.GetFileName(Path.GetDirectoryName(tool))!] = await FirstLineAsync(tool, "--version") ?? "not built";
    }

    /// <summary>Whether the machine has the program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="versionArgument">What makes it print its version.</param>
    public async Task<bool> HasAsync(string program, string versionArgument = "--version")
    {
        if (!_versions.ContainsKey(program))
            _versions[program] = Find(program) is null ? "not found" : await FirstLineAsync(program, versionArgument) ?? "unknown version";
        return _versions[program] != "not found";
    }

    private string? Find(string program) =>
        _searchPath.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private async Task PublishAsync(string tool, string native)
    {
        await Console.Error.WriteLineAsync($"building {Path.GetRelativePath(_root, tool)}");
        using var build = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish", Path.Combine(_root, "src", "RegistryCache.Cli"), "-c", "Release", "-v", "quiet",
                "-r", RuntimeInformation.RuntimeIdentifier,
                "-p:PublishAot=" + native, "-o", Path.GetDirectoryName(tool)!,
            ])
        { RedirectStandardOutput = true })!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
            throw new InvalidOperationException("The tool could not be built: " + output);
    }

    private static async Task<string?> FirstLineAsync(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument.Split(' '))
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var lines = (await process.StandardOutput.ReadToEndAsync() + "\n" + await process.StandardError.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        return lines.FirstOrDefault(line => line.Contains("ersion", StringComparison.Ordinal) && line.Any(char.IsDigit))?.Trim()
            ?? lines.FirstOrDefault(line => line.Any(char.IsDigit))?.Trim();
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RegistryCache.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("This program runs from a checkout of the repository.");
    }
}
