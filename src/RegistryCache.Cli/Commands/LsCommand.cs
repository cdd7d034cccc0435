using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Lists the caches of a repository or a directory, or the keys in one tag.</summary>
internal sealed class LsCommand : ToolCommand
{
    private const int DefaultLimit = 1000;
    private readonly Argument<string> _source = Places.Source("a repository, a directory, or one of its tags");
    private readonly NumberOption _limit = new("--limit", "N", "the most tags to read", "a whole number of at least 1", min: 1)
    {
        Default = Text.Number(DefaultLimit),
    };

    public LsCommand()
        : base(
            "ls", "Lists the tags that hold a cache, or the keys of the folders in one tag.",
            "If SOURCE names no tag, its tags are listed. OWN is the size of the layers that no other line has.")
    {
        Add(_source);
        Add(_limit);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var maxTags = run.Get(_limit) ?? DefaultLimit;
        await using var caches = Caches.Create(run);
        var listing = await caches.ListAsync(run.Get(_source), maxTags, cancellationToken);
        foreach (var (tag, error) in listing.Failures)
            terminal.Note(ErrorLine.Of(error), about: tag);
        if (!listing.IsComplete)
            terminal.Note($"note: {listing.Place} has more than {Text.Count(maxTags, "tag")}; use {_limit.Name} to read more");
        if (run.IsJson)
            ListingJson.Write(listing, terminal.Output);
        else
            ListingTable.Write(listing, terminal);
        return listing.Tags.Count > 0 ? ExitCode.Done : listing.Failures.Count > 0 ? ExitCode.Failed : ExitCode.Miss;
    }
}
