using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Checks every blob of a cache.</summary>
internal sealed class VerifyCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source();
    private readonly VerifyOptions _verify;
    private readonly ReadingOptions _reading;

    public VerifyCommand()
        : base(
            "verify", "Checks that every blob of a cache exists and is right.",
            "Without an option, every layer is looked for and its size is compared. Local copies of blobs are not used.")
    {
        Add(_source);
        _verify = new VerifyOptions(this);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await using var caches = Caches.Create(run, _reading);
        var found = await caches.VerifyAsync(run.Get(_source), _verify.Of(run), cancellationToken);
        run.Terminal.EndProgress();
        if (run.IsJson)
            VerificationJson.Write(found, run.Terminal.Output);
        else
            VerificationText.Write(found, run.Terminal);
        return found.IsSound ? ExitCode.Done : found.IsHit ? ExitCode.NotUsable : ExitCode.Miss;
    }
}
