using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Lists the caches of a repository or a directory, the keys in one tag, or the files of a result.</summary>
internal sealed class LsCommand : ToolCommand
{
    private const int DefaultLimit = 1000;
    private readonly Argument<string> _source = Places.Source("a repository, a directory, or one of its tags");
    private readonly NumberOption _limit = new("--limit", "N", "the most tags to read", "a whole number of at least 1", min: 1)
    {
        Default = Text.Number(DefaultLimit),
    };

    private readonly Argument<string> _path = new("PATH")
    {
        Description = "a path in a result: / for all of its files. Then files are listed",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ResultOptions _result;
    private readonly ReadingOptions _reading;

    public LsCommand()
        : base(
            "ls", "Lists the tags that hold a cache, the keys of the folders in one tag, or the files of a result.",
            "If SOURCE names no tag, its tags are listed. OWN is the size of the layers that no other line has. With a PATH, the files of "
            + "the newest result are listed, or of the one that --key names.")
    {
        Add(_source);
        Add(_path);
        Add(_limit);
        _result = new ResultOptions(this);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var maxTags = run.Get(_limit) ?? DefaultLimit;
        var path = run.Find(_path);
        _result.Check(run, areAllowed: path is not null);
        await using var caches = Caches.Create(run, _reading);
        if (path is not null)
            return await ResultFiles.ListAsync(run, caches, run.Get(_source), _result, path, cancellationToken);
        var listing = await caches.ListAsync(caches.ParseSource(run.Get(_source)), maxTags, run.Progress, cancellationToken);
        terminal.EndProgress();
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
