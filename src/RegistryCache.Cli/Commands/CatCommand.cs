using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Writes one file of a result to standard output.</summary>
internal sealed class CatCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source();
    private readonly Argument<string> _path = new("PATH") { Description = "the path of the file, from the root" };
    private readonly ResultOptions _result;
    private readonly ReadingOptions _reading;

    public CatCommand()
        : base(
            "cat", "Writes one file of a result to standard output.",
            "Links are followed inside the result. Of an estargz layer only the needed part is fetched; other layers are read as a whole.")
    {
        Add(_source);
        Add(_path);
        _result = new ResultOptions(this);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        _result.Check(run, areAllowed: true);
        await using var caches = Caches.Create(run, _reading);
        var import = await run.ImportAsync(caches, run.Get(_source), cancellationToken);
        if (!import.IsHit)
            return Outcomes.Report(import, terminal);
        var layers = _result.Choose(run, import.Graph);
        var path = run.Get(_path);
        await using var spool = SpoolFile.Create();
        await using (var file = await caches.OpenFileAsync(layers, path, ResultFiles.Options(run), cancellationToken))
            await file.CopyToAsync(spool.Stream, cancellationToken);

        terminal.EndProgress();

        // Nothing is written before the whole file is verified.
        await using var content = await spool.ToSource().OpenReadAsync(cancellationToken);
        if (run.IsJson)
            await FileJson.WriteAsync(layers, path, content, spool.Stream.Length, terminal.Bytes, cancellationToken);
        else
            await content.CopyToAsync(terminal.Bytes, cancellationToken);
        await terminal.Bytes.FlushAsync(cancellationToken);
        return ExitCode.Done;
    }
}
