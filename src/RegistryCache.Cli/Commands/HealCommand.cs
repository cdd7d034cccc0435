using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Puts back what a cache has lost, and removes the results that cannot be loaded.</summary>
internal sealed class HealCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source("the tag of a cache, such as type=registry,ref=ghcr.io/acme/app:cache");
    private readonly ListOption _from = Places.From("a place that may have what is lost");
    private readonly Flag _dryRun = new("--dry-run", "says what would be done, and changes nothing");
    private readonly VerifyOptions _verify;
    private readonly ReadingOptions _reading;

    public HealCommand()
        : base(
            "heal", "Puts back what a cache has lost, and removes the results that still cannot be loaded.",
            "The cache is verified first, as by verify. The tag is moved at most once, and what other writers add meanwhile stays.")
    {
        _from.Required = false;
        Add(_source);
        Add(_from);
        Add(_dryRun);
        _verify = new VerifyOptions(this);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await using var caches = Caches.Create(run, _reading);
        var options = new CacheHealOptions
        {
            From = [.. run.All(_from).Select(f => caches.ParseSource(f))],
            IsDryRun = run.Has(_dryRun),
            Verify = _verify.Of(run),
            Progress = run.Progress,
        };
        var healing = await caches.HealAsync(run.Get(_source), options, cancellationToken);
        run.Terminal.EndProgress();
        if (healing.Error is { } error)
            run.Terminal.Note(ErrorLine.Of(error));
        if (run.IsJson)
            HealingJson.Write(healing, run.Terminal.Output);
        else
            HealingText.Write(healing, run.Terminal);
        return healing.Error is not null ? ExitCode.Failed : healing.Found.IsHit ? ExitCode.Done : ExitCode.Miss;
    }
}
