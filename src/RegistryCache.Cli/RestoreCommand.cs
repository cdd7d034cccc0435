namespace RegistryCache.Cli;

/// <summary>Restores the folder of a key, or of the newest key with a prefix.</summary>
internal sealed class RestoreCommand : ICommand
{
    public string Name => "restore";

    public string Usage =>
        "restore --key KEY [--restore-key PREFIX]… --from SOURCE [--into DIR] [--existing keep|replace] [--prefer first|newest] "
        + "[--symlinks any|inside|skip] [--devices refuse|skip|keep] [--times keep|now|fixed] [--format text|json] " + Caches.ReadingUsage;

    public string Summary =>
        "Restores the folder saved under a key. If the key does not exist, restores the newest key with the first prefix that matches. "
        + "Files that are not in the cache stay (keep) or are removed (replace). Links that lead out of the folder are restored as links "
        + "(any), refused (inside) or skipped (skip). Devices are refused (refuse), skipped (skip) or created, which needs root (keep). "
        + "Modification times are those of the save (keep), the time of the restore (now) or 1980-02-01 (fixed). If several sources have "
        + "a folder, the first source wins, or the newest folder. Exit code 4: a key matches but could not be restored.";

    public IReadOnlyCollection<string> ValuedOptions { get; } =
    [
        "--key", "--restore-key", "--from", "--into", "--existing", "--prefer", "--symlinks", "--devices", "--times", "--format",
        .. Caches.ReadingOptions,
    ];

    public IReadOnlyCollection<string> Flags { get; } = [];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        arguments.Operands(0, "no operand");
        var asJson = arguments.Choice("--format", "text", "json") == "json";
        var key = arguments.One("--key") ?? throw new UsageException("--key KEY is missing.");
        var into = arguments.One("--into") ?? ".";
        var restore = new RestoreOptions
        {
            ReplaceExisting = arguments.Choice("--existing", "keep", "replace") == "replace",
            SymbolicLinks = LinkChoice.Of(arguments),
            Devices = DeviceChoice.Of(arguments),
            Times = arguments.Choice("--times", "keep", "now", "fixed") switch
            {
                "now" => TimePolicy.Now,
                "fixed" => TimePolicy.Fixed,
                _ => TimePolicy.Keep,
            },
        };
        await using var caches = Caches.Create(terminal, arguments);
        List<CacheSource> sources = [.. arguments.All("--from").SelectMany(s => caches.ParseSources(s))];
        if (sources.Count == 0)
            throw new UsageException("--from SOURCE is missing.");

        var folders = caches.Folders(new FolderCacheOptions { Sources = sources, PreferNewest = Preference.IsNewest(arguments) });
        var found = await RestoreAsync(folders, key, arguments.All("--restore-key"), into, restore, cancellationToken);
        foreach (var source in found.Sources.Where(s => s.Error is not null))
            terminal.Note($"{source.Source}: {ErrorLine.Of(source.Error!)}");
        foreach (var failure in found.Failures)
            terminal.Note($"could not be restored: {ErrorLine.Of(failure.Error)}");
        foreach (var warning in found.Warnings)
            terminal.Note($"warning: {warning}");
        PathList.Write(terminal, "skipped", found.Report?.Skipped ?? []);
        if (found.Report?.SetIdBitsCleared is > 0 and var cleared)
            terminal.Note($"note: the setuid and setgid bits of {cleared} {(cleared == 1 ? "entry" : "entries")} were not restored, so "
                + "that no program runs with the rights of another user");
        if (asJson)
            WriteJson(found, terminal.Output);
        else if (found.IsHit)
            terminal.Output.WriteLine($"{found.Key} restored{(found.IsExact ? "" : $" instead of {key}")}, "
                + $"{Text.Size(found.Report!.Bytes)} in {found.Report.Entries} entries, "
                + $"{Text.Age(found.CreatedAt, terminal.Time.GetUtcNow())}; {Text.Size(found.BytesFetched)} fetched, "
                + $"{found.LayersReused} of {Text.Count(found.Report.Layers, "layer")} reused, {Text.Seconds(found.Duration)}");
        else if (found.IsUnusable)
            terminal.Note($"{Text.Count(found.Failures.Count, "folder")} found for {key}, none could be restored");
        else
            terminal.Note($"no folder was saved under {key}, nor under the prefixes");
        return ExitCodeOf(found);
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
            throw new UsageException(e.Message);
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
