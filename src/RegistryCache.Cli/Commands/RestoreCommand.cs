using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Restores the folder of a key, or of the newest key with a prefix.</summary>
internal sealed class RestoreCommand : ToolCommand
{
    private readonly TextOption _key = new("--key", "KEY", "the key") { Required = true };
    private readonly ListOption _fallback = new("--fallback", "PREFIX", "a prefix of keys to try if the key itself was not saved");
    private readonly ListOption _from = Places.From("a source");
    private readonly TextOption _into = new("--into", "DIR", "the folder to restore into") { Default = "." };
    private readonly ChoiceOption<bool> _existing = new("--existing",
        "what happens to content of the folder that the cache does not have: keep leaves it, replace removes it",
        ("keep", false), ("replace", true));

    private readonly ChoiceOption<bool> _prefer = SharedOptions.Prefer("the key, or keys with the prefix");
    private readonly ChoiceOption<SymbolicLinkPolicy> _symlinks = SharedOptions.Symlinks("restores them");
    private readonly ChoiceOption<EntryPolicy> _devices = SharedOptions.Devices("makes them, which needs root");
    private readonly ChoiceOption<TimePolicy> _times = new("--times",
        "modification times: keep gives those of the save, now that of the restore, fixed 1980-02-01",
        ("keep", TimePolicy.Keep), ("now", TimePolicy.Now), ("fixed", TimePolicy.Fixed));

    private readonly TextOption _state = SharedOptions.State();
    private readonly ReadingOptions _reading;

    public RestoreCommand()
        : base(
            "restore", "Restores the folder that was saved under a key.",
            "If the key does not exist, the newest key with the first prefix that matches is restored.")
    {
        Add([_key, _fallback, _from, _into, _existing, _prefer, _symlinks, _devices, _times, _state]);
        _reading = new ReadingOptions(this, defaultRatio: "none");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var key = run.Get(_key)!;
        if (run.Get(_existing) && run.Get(_into) is null)
            throw new UsageException($"{_existing.Name} replace removes what the cache does not have. Name the folder with {_into.Name}.");
        var into = run.Get(_into) ?? ".";
        var restore = new RestoreOptions
        {
            ReplaceExisting = run.Get(_existing),
            SymbolicLinks = run.Get(_symlinks),
            Devices = run.Get(_devices),
            Times = run.Get(_times),
            Progress = run.Progress,
        };
        await using var caches = Caches.Create(run, _reading);
        List<CacheSource> sources = [.. run.All(_from).SelectMany(s => caches.ParseSources(s))];
        var folders = caches.Folders(new FolderCacheOptions
        {
            Sources = sources,
            PreferNewest = run.Get(_prefer),
            StateDirectory = SharedOptions.StateDirectory(run, _state),
            Progress = run.Progress,
        });
        var found = await RestoreAsync(folders, key, run.All(_fallback), into, restore, cancellationToken);
        foreach (var source in found.Sources.Where(s => s.Error is not null))
            terminal.Note(ErrorLine.Of(source.Error!), about: source.Source.ToString());
        foreach (var source in found.Sources.Where(s => s.IsMiss && !found.IsHit))
            Outcomes.Miss(terminal, source.Source, source.Detail);
        foreach (var failure in found.Failures)
            terminal.Note(ErrorLine.Of(failure.Error), about: "could not be restored");
        foreach (var warning in found.Warnings)
            terminal.Note($"warning: {warning}");
        PathList.Write(terminal, "skipped", found.Report?.Skipped ?? []);
        if (found.Report?.SetIdBitsCleared is > 0 and var cleared)
            terminal.Note($"note: the setuid and setgid bits of {cleared} {(cleared == 1 ? "entry" : "entries")} were not restored, so "
                + "that no program runs with the rights of another user");
        if (run.IsJson)
            WriteJson(found, terminal.Output);
        else if (found.IsHit)
            terminal.Report($"{found.Key} restored{(found.IsExact ? "" : $" instead of {key}")}, "
                + $"{Text.Size(found.Report!.Bytes)} in {Text.Count(found.Report.Entries, "entry", "entries")}, "
                + $"{Text.Age(found.CreatedAt, terminal.Time.GetUtcNow())}; {Text.Size(found.BytesFetched)} fetched, "
                + $"{found.LayersReused} of {Text.Count(found.Report.Layers, "layer")} reused, {Text.Seconds(found.Duration)}");
        else if (found.IsUnusable)
            terminal.Note($"{Text.Count(found.Failures.Count, "folder")} found for {key}, none could be restored");
        else
            terminal.Note(Missing(key, run.All(_fallback).Count > 0, found.Sources));
        return ExitCodeOf(found);
    }

    // A source that could not be read may well hold the key.
    private static string Missing(string key, bool hasPrefixes, IReadOnlyList<ImportedCache> sources)
    {
        var failed = sources.Count(static source => source.Error is not null);
        if (failed == sources.Count)
            return $"{key} was not looked for: no source could be read";
        return $"no folder was saved under {key}{(hasPrefixes ? ", nor under a key with one of the prefixes" : "")}"
            + (failed > 0 ? $", in the sources that could be read: {failed} of {sources.Count} could not" : "");
    }

    private static ExitCode ExitCodeOf(FolderRestore found) => found switch
    {
        { IsHit: true } => ExitCode.Done,
        { IsUnusable: true } => ExitCode.NotUsable,
        _ => found.Sources.Any(s => s.Error is not null) ? ExitCode.Failed : ExitCode.Miss,
    };

    private static async Task<FolderRestore> RestoreAsync(
        FolderCache folders, string key, IReadOnlyList<string> prefixes, string into, RestoreOptions restore,
        CancellationToken cancellationToken)
    {
        try
        {
            return await folders.RestoreAsync(key, prefixes, into, restore, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw UsageException.Of(e);
        }
    }

    private static void WriteJson(FolderRestore found, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("requestedKey", found.RequestedKey);
        json.WriteString("outcome", found switch
        {
            { IsExact: true } => "exact",
            { IsHit: true } => "fallback",
            { IsUnusable: true } => "not-usable",
            _ => "miss",
        });
        json.WriteString("key", found.Key);
        json.WriteString("matchedPrefix", found.MatchedPrefix);
        json.WriteString("createdAt", found.CreatedAt?.ToString());
        json.WriteNumber("entries", found.Report?.Entries ?? 0);
        json.WriteNumber("bytes", found.Report?.Bytes ?? 0);
        json.WriteNumber("bytesFetched", found.BytesFetched);
        json.WriteNumber("layers", found.Report?.Layers ?? 0);
        json.WriteNumber("layersReused", found.LayersReused);
        Seconds.Write(json, ("lookUp", found.LookUpTime), ("fetch", found.FetchTime), ("total", found.Duration));
        json.WriteNumber("setIdBitsCleared", found.Report?.SetIdBitsCleared ?? 0);
        PathList.Write(json, "skipped", found.Report?.Skipped ?? []);
        PathList.Write(json, "warnings", found.Warnings);
        json.WriteStartArray("failures");
        foreach (var failure in found.Failures)
            json.WriteStringValue(ErrorLine.Of(failure.Error));
        json.WriteEndArray();
    });
}
