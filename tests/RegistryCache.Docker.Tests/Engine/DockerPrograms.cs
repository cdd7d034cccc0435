namespace RegistryCache.Docker.Tests.Engine;

/// <summary>
/// Where an engine's programs are: one of the folders that <c>eng/docker.sh</c> named, one that an earlier run of it left behind, or
/// the machine's own installation.
/// </summary>
internal sealed record DockerPrograms(string SearchPath, string BuildxPlugin)
{
    private static readonly string[] Needed = ["dockerd", "docker", "containerd", "containerd-shim-runc-v2", "runc"];
    private static readonly string[] PluginFolders =
        ["../libexec/docker/cli-plugins", "../lib/docker/cli-plugins", "../../libexec/docker/cli-plugins", "../../lib/docker/cli-plugins"];

    public string Client => Find("docker", SearchPath)!;

    public string Daemon => Find("dockerd", SearchPath)!;

    /// <summary>Another program that the tests need, beside the engine's or in the machine's own folders.</summary>
    public string? FindInPath(string program) => Find(program, SearchPath);

    /// <summary>Every engine that is there, or why there is none.</summary>
    public static IReadOnlyList<DockerPrograms> Locate(out string reason)
    {
        reason = "";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            reason = "a Docker daemon of the tests' own needs Linux and root";
            return [];
        }

        var found = new List<DockerPrograms>();
        foreach (var path in SearchPaths())
        {
            var plugin = Find("docker-buildx", string.Join(':', path.Split(':').SelectMany(folder => PluginFolders.Select(p => Path.Combine(folder, p)))));
            if (plugin is not null && Needed.All(program => Find(program, path) is not null))
                found.Add(new DockerPrograms(path, Path.GetFullPath(plugin)));
        }

        if (found.Count == 0)
            reason = "no Docker engine with buildx was found; `bash eng/docker.sh` provides one on Debian";
        return [.. found.DistinctBy(programs => programs.Daemon)];
    }

    private static IEnumerable<string> SearchPaths()
    {
        var system = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (Environment.GetEnvironmentVariable("REGISTRYCACHE_DOCKER_ENGINE") is { Length: > 0 } named)
            return named.Split(':').Select(folder => WithFolder(folder, system));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var provided = Path.Combine(folder.FullName, "artifacts/docker");
            if (Directory.Exists(provided))
            {
                return Directory.EnumerateDirectories(provided).Where(suite => File.Exists(Path.Combine(suite, "stamp"))).Order(StringComparer.Ordinal)
                    .Select(suite => WithFolder(Path.Combine(suite, "engine"), system)).Append(system);
            }
        }

        return [system];
    }

    private static string WithFolder(string folder, string system) => $"{folder}/usr/sbin:{folder}/usr/bin:{folder}:{system}";

    private static string? Find(string program, string path) =>
        path.Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
