namespace RegistryCache.Docker.Tests.Engine;

/// <summary>
/// Where the engine's programs are: the folder that <c>eng/docker.sh</c> named, the one that an earlier run of it left behind, or the
/// machine's own installation.
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

    /// <summary>The programs, or why they can't be used.</summary>
    public static DockerPrograms? Locate(out string reason)
    {
        reason = "";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            reason = "a Docker daemon of the tests' own needs Linux and root";
            return null;
        }

        foreach (var path in SearchPaths())
        {
            var plugin = Find("docker-buildx", string.Join(':', path.Split(':').SelectMany(folder => PluginFolders.Select(p => Path.Combine(folder, p)))));
            if (plugin is not null && Needed.All(program => Find(program, path) is not null))
                return new DockerPrograms(path, Path.GetFullPath(plugin));
        }

        reason = "no Docker engine with buildx was found; `bash eng/docker.sh` provides one on Debian";
        return null;
    }

    private static IEnumerable<string> SearchPaths()
    {
        var system = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (Environment.GetEnvironmentVariable("REGISTRYCACHE_DOCKER_ENGINE") is { Length: > 0 } named)
            yield return WithFolder(named, system);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "artifacts/docker/stamp")))
                yield return WithFolder(Path.Combine(folder.FullName, "artifacts/docker/engine"), system);
        }

        yield return system;
    }

    private static string WithFolder(string folder, string system) => $"{folder}/usr/sbin:{folder}/usr/bin:{folder}:{system}";

    private static string? Find(string program, string path) =>
        path.Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
