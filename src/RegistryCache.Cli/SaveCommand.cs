namespace RegistryCache.Cli;

/// <summary>Saves folders under a key.</summary>
internal sealed class SaveCommand : ICommand
{
    public string Name => "save";

    public string Usage =>
        "save --key KEY [--path DIR]… --to TARGET [--overwrite-image] [--symlinks any|inside|skip] [--devices refuse|skip|keep] "
        + "[--times keep|fixed] [--format text|json]";

    public string Summary =>
        "Saves a folder under a key. The tag keeps its other keys. For an unchanged folder nothing is sent. A save always merges, and "
        + "refuses a tag that is not a cache, unless --overwrite-image is given. Links that lead out of the folder are saved as links "
        + "(any), refused (inside) or skipped (skip). Devices are refused (refuse), skipped (skip) or saved (keep). Modification times "
        + "are saved (keep) or not (fixed).";

    public IReadOnlyCollection<string> ValuedOptions { get; } =
        ["--key", "--path", "--to", "--symlinks", "--devices", "--times", "--format"];

    public IReadOnlyCollection<string> Flags { get; } = ["--overwrite-image"];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        arguments.Operands(0, "no operand");
        var asJson = arguments.Choice("--format", "text", "json") == "json";
        var key = arguments.One("--key") ?? throw new UsageException("--key KEY is missing.");
        var target = arguments.One("--to") ?? throw new UsageException("--to TARGET is missing.");
        var folders = Mappings(arguments.All("--path"));

        await using var caches = Caches.Create(terminal, arguments);
        var options = new FolderCacheOptions
        {
            Target = caches.ParseTarget(target),
            OverwriteImage = arguments.Has("--overwrite-image"),
            Times = arguments.Choice("--times", "keep", "fixed") == "fixed" ? TimePolicy.Fixed : TimePolicy.Keep,
            Snapshot = new SnapshotOptions { SymbolicLinks = LinkChoice.Of(arguments), Devices = DeviceChoice.Of(arguments) },
        };

        var saved = await SaveAsync(caches.Folders(options), key, folders, cancellationToken);
        if (saved.Export?.Error is { } error)
            terminal.Note($"{target}: ignored {ErrorLine.Of(error)}");
        foreach (var warning in saved.Export?.Warnings ?? [])
            terminal.Note($"{target}: warning: {warning}");
        WriteNotes(saved.Layer, terminal);
        if (asJson)
            WriteJson(saved, terminal.Output);
        else if (saved.IsUnchanged)
            terminal.Output.WriteLine($"{key} is unchanged, nothing sent");
        else if (saved.Export is { Error: null })
            terminal.Output.WriteLine($"{key} saved, {Text.Size(saved.BytesSent)} sent, {saved.LayersMade} of "
                + $"{Text.Count(saved.Layers, "layer")} new, {Text.Seconds(saved.Duration)}");
        return ExitCode.Done;
    }

    private static async Task<FolderSave> SaveAsync(
        FolderCache cache, string key, IReadOnlyList<(string SourcePath, string LayerPath)> folders, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.SaveAsync(key, folders, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void WriteNotes(LayerWriteReport? layer, Terminal terminal)
    {
        PathList.Write(terminal, "skipped", layer?.Skipped ?? []);
        PathList.Write(terminal, "skipped, because it belongs to the cache", layer?.OwnPaths ?? []);
        PathList.Write(terminal, "links that lead out of the folder, which restore keeps as links or refuses with --symlinks inside",
            layer?.LinksOut ?? []);
        PathList.Write(terminal, "devices; restore needs --devices keep, as root, or --devices skip", layer?.Devices ?? []);
        PathList.Write(terminal, "names that start with .wh., which restore returns unchanged and other tools see with a % in front",
            layer?.EscapedNames ?? []);
    }

    /// <summary>
    /// A single folder is saved as its content. Several folders keep their paths, so each is restored under its own path.
    /// </summary>
    private static List<(string SourcePath, string LayerPath)> Mappings(IReadOnlyList<string> paths) => paths switch
    {
        [] => [(".", "")],
        [var path] => [(path, "")],
        _ => [.. paths.Select(p => Path.IsPathRooted(p)
            ? throw new UsageException($"--path {p}: with several paths each must be relative, "
                + "because each is restored under its own path.")
            : (p, Place(p)))],
    };

    private static string Place(string path) =>
        string.Join('/', path.Split('/', Path.DirectorySeparatorChar).Where(part => part.Length > 0 && part != "."));

    private static void WriteJson(FolderSave saved, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("key", saved.Key);
        json.WriteString("outcome", saved.IsUnchanged ? "unchanged" : saved.Export?.Error is null ? "saved" : "failed");
        json.WriteString("contentDigest", saved.ContentDigest?.ToString());
        json.WriteNumber("entries", saved.Layer?.Entries ?? 0);
        json.WriteNumber("bytes", saved.Layer?.Bytes ?? 0);
        json.WriteNumber("bytesSent", saved.BytesSent);
        json.WriteNumber("layers", saved.Layers);
        json.WriteNumber("layersMade", saved.LayersMade);
        json.WriteNumber("changesOnBase", saved.ChangesOnBase);
        json.WriteBoolean("isNewBase", saved.IsNewBase);
        Seconds.Write(
            json, ("lookUp", saved.LookUpTime), ("send", saved.Export?.Duration ?? TimeSpan.Zero), ("total", saved.Duration));
        json.WriteString("manifest", saved.Export?.Manifest?.Digest.ToString());
        PathList.Write(json, "warnings", saved.Export?.Warnings ?? []);
        PathList.Write(json, "skipped", saved.Layer?.Skipped ?? []);
        PathList.Write(json, "ownPaths", saved.Layer?.OwnPaths ?? []);
        PathList.Write(json, "linksOut", saved.Layer?.LinksOut ?? []);
        PathList.Write(json, "devices", saved.Layer?.Devices ?? []);
        PathList.Write(json, "escapedNames", saved.Layer?.EscapedNames ?? []);
    });
}
