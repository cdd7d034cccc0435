namespace RegistryCache.Cli.Tests.Commands;

/// <summary>Each command with what it needs at least, for tests of what all commands do alike. A new command needs a line here.</summary>
internal static class Examples
{
    public static readonly string[] Commands = [.. new ToolRoot().Subcommands.Select(c => c.Name)];

    /// <summary>The commands that read a cache.</summary>
    public static readonly string[] Readers = [.. Commands.Except(["save", "completion"])];

    /// <param name="command">The command.</param>
    /// <param name="source">The cache that it reads.</param>
    /// <param name="folder">A folder for what it writes.</param>
    /// <param name="target">The cache that it writes; <see langword="null"/> for one in the folder.</param>
    public static string[] Of(string command, string source, string folder, string? target = null)
    {
        target ??= $"type=local,dest={Path.Combine(folder, "target")}";
        return command switch
        {
            "inspect" or "ls" or "verify" or "heal" or "stats" => [command, source],
            "rm" => [command, source + (source.StartsWith("type=local,src=/", StringComparison.Ordinal) ? ",tag=latest" : "")],
            "diff" or "explain" => [command, source, source],
            "prune" => [command, source, "--max-size", "0"],
            "cat" => [command, source, "file"],
            "copy" => [command, "--from", source, "--to", target],
            "save" => [command, "--key", "k", "--path", folder, "--to", target],
            "restore" => [command, "--key", "k", "--from", source, "--into", Path.Combine(folder, "into")],
            "graph" => [command, source, "-o", Path.Combine(folder, "x.html")],
            "completion" => [command, "bash"],
            _ => throw new InvalidOperationException($"There is no example of '{command}'."),
        };
    }
}
