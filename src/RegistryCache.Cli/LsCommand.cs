using System.Globalization;

namespace RegistryCache.Cli;

/// <summary>Lists the caches of a repository or a directory, or the keys in one tag.</summary>
internal sealed class LsCommand : ICommand
{
    private const string Limit = "--limit";

    public string Name => "ls";

    public string Usage => "ls SOURCE [--limit N] [--format table|json]";

    public string Summary =>
        "Lists the tags that hold a cache if SOURCE names no tag. If it does, lists the keys of the folders that were saved in the tag. "
        + "OWN is the size of the layers that no other line has. At most 1000 tags are read, unless --limit says otherwise.";

    public IReadOnlyCollection<string> ValuedOptions { get; } = [Limit, "--format"];

    public IReadOnlyCollection<string> Flags { get; } = [];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var asJson = arguments.Choice("--format", "table", "json") == "json";
        var text = arguments.Operands(1, "one SOURCE")[0];
        var maxTags = arguments.One(Limit) is { } limit ? Count(limit) : 1000;
        await using var caches = Caches.Create(terminal, arguments);
        var listing = await caches.ListAsync(text, maxTags, cancellationToken);
        foreach (var (tag, error) in listing.Failures)
            terminal.Note($"{tag}: {ErrorLine.Of(error)}");
        if (!listing.IsComplete)
            terminal.Note($"note: {listing.Place} has more than {Text.Count(maxTags, "tag")}; use {Limit} to read more");
        if (asJson)
            ListingJson.Write(listing, terminal.Output);
        else
            ListingTable.Write(listing, terminal);
        return listing.Tags.Count > 0 ? ExitCode.Done : listing.Failures.Count > 0 ? ExitCode.Failed : ExitCode.Miss;
    }

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? count
            : throw new UsageException($"{Limit} must be a whole number of at least 1, not '{ErrorText.QuoteReference(text)}'.");
}
