using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Saves folders under a key.</summary>
internal sealed class SaveCommand : ToolCommand
{
    private readonly TextOption _key = new("--key", "KEY", "the key") { Required = true };
    private readonly ListOption _path = new("--path", "DIR", "the folder. Several relative ones are restored under their own paths")
    {
        Default = ".",
    };

    private readonly TextOption _to = Places.To(new TextOption("--to", "TARGET", "the target. Its tag keeps its other keys"));
    private readonly Flag _overwriteImage = new("--overwrite-image", "replaces a tag that does not hold a cache");
    private readonly ChoiceOption<SymbolicLinkPolicy> _symlinks = SharedOptions.Symlinks("saves them");
    private readonly ChoiceOption<EntryPolicy> _devices = SharedOptions.Devices("saves them");
    private readonly ChoiceOption<TimePolicy> _times =
        new("--times", "modification times: keep saves them, fixed does not", ("keep", TimePolicy.Keep), ("fixed", TimePolicy.Fixed));

    private readonly TextOption _state = SharedOptions.State();

    public SaveCommand()
        : base(
            "save", "Saves a folder under a key.",
            "Only what changed since a similar key is sent, and for an unchanged folder nothing. Several jobs can save to one tag at the "
            + "same time.")
    {
        Add([_key, _path, _to, _overwriteImage, _symlinks, _devices, _times, _state]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var (key, target) = (run.Get(_key)!, run.Get(_to)!);
        var folders = Mappings(run.All(_path));

        await using var caches = Caches.Create(run);
        var options = new FolderCacheOptions
        {
            Target = caches.ParseTarget(target),
            OverwriteImage = run.Has(_overwriteImage),
            StateDirectory = SharedOptions.StateDirectory(run, _state),
            Times = run.Get(_times),
            Progress = run.Progress,
            Snapshot = new SnapshotOptions { SymbolicLinks = run.Get(_symlinks), Devices = run.Get(_devices) },
        };

        var saved = await SaveAsync(caches.Folders(options), key, folders, cancellationToken);
        if (saved.Export?.Error is { } error)
            terminal.Note($"ignored {ErrorLine.Of(error)}", about: target);
        foreach (var warning in saved.Export?.Warnings ?? [])
            terminal.Note($"warning: {warning}", about: target);
        WriteNotes(saved.Layer, terminal);
        if (run.IsJson)
            WriteJson(saved, terminal.Output);
        else if (saved.IsUnchanged)
            terminal.Report($"{key} is unchanged, nothing sent");
        else if (saved.Export is { Error: null })
            terminal.Report($"{key} saved, {Text.Size(saved.BytesSent)} sent, {saved.LayersMade} of "
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
            throw UsageException.Of(e);
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
