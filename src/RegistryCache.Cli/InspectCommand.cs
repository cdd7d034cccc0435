namespace RegistryCache.Cli;

/// <summary>Shows the content of a cache.</summary>
internal sealed class InspectCommand : ICommand
{
    public string Name => "inspect";

    public string Usage => "inspect SOURCE [--format tree|json]";

    public string Summary => "Shows the manifest, records, links and layers of a cache.";

    public IReadOnlyCollection<string> ValuedOptions { get; } = ["--format"];

    public IReadOnlyCollection<string> Flags { get; } = [];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var format = arguments.Choice("--format", "tree", "json");
        var source = arguments.Operands(1, "one SOURCE")[0];
        await using var caches = Caches.Create(terminal, arguments);
        var import = await caches.CreateImporter(source).ImportAsync(cancellationToken);
        if (import.Sources.FirstOrDefault(s => s.IsHit) is not { } cache)
            return Outcomes.Report(import, terminal);
        if (format == "json")
            CacheJson.Write(cache, terminal.Output);
        else
            CacheTree.Write(cache, terminal.Output, terminal.Time.GetUtcNow());
        return ExitCode.Done;
    }
}
