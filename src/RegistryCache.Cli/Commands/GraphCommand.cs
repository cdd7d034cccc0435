using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Draws a cache, or what two caches have in common.</summary>
internal sealed class GraphCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source();
    private readonly TextOption _output = new(
        "--output", "FILE", "the file to write. Its ending says what is written: .html, .svg, .dot or .mmd")
    {
        Default = "standard output",
    };

    private readonly TextOption _compare = new("--compare", "SOURCE", "a second cache: shows which records only one of them has");
    private readonly ChoiceOption<PictureKind?> _as = new("--as", "what is written",
        ("auto", null), ("html", PictureKind.Html), ("svg", PictureKind.Svg), ("dot", PictureKind.Dot), ("mermaid", PictureKind.Mermaid));

    private readonly ChoiceOption<CachePictureColour?> _colour = new("--by", "what the colours show at first: the age or the size",
        ("auto", null), ("age", CachePictureColour.Age), ("size", CachePictureColour.Size), ("difference", CachePictureColour.Difference));

    private readonly NumberOption _foldAbove = new(
        "--fold-above", "N", "with more records, several are drawn as one box", "a whole number of at least 1", min: 1)
    {
        Default = Text.Number(new CachePictureOptions().FoldAbove),
    };

    public GraphCommand()
        : base(
            "graph", "Draws the records and links of a cache.",
            "The page needs no network. It shows the details of a record, searches, and can be used with the keyboard.")
    {
        _output.Aliases.Add("-o");
        Add(_source);
        Add([_output, _as, _compare, _colour, _foldAbove]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var file = run.Get(_output) is { } path and not "-" ? path : null;
        if (run.IsJson && file is null)
            throw new UsageException($"--format json needs {_output.Name} FILE: the picture has no form as JSON.");
        var kind = run.Get(_as) ?? KindOf(file);
        List<string> sources = [run.Get(_source), .. run.Get(_compare) is { } other ? (string[])[other] : []];
        await using var caches = Caches.Create(run);
        var graphs = new List<CacheGraph>();
        foreach (var source in sources)
        {
            var import = await run.ImportAsync(caches, source, cancellationToken);
            if (!import.IsHit)
                return Outcomes.Report(import, terminal);
            graphs.Add(import.Graph);
        }

        var options = new CachePictureOptions { Title = string.Join(" → ", sources), Colour = run.Get(_colour) };
        options = options with { FoldAbove = run.Get(_foldAbove) ?? options.FoldAbove };
        var picture = graphs is [var before, var after]
            ? CachePicture.OfDifference(before, after, options) : CachePicture.Of(graphs[0], options);
        await PictureFile.WriteAsync(picture, kind, file, terminal.Bytes, cancellationToken);
        if (file is not null)
            Report(picture, kind, file, run);
        return ExitCode.Done;
    }

    private PictureKind KindOf(string? file) => Path.GetExtension(file)?.ToUpperInvariant() switch
    {
        null or "" or ".HTML" or ".HTM" => PictureKind.Html,
        ".SVG" => PictureKind.Svg,
        ".DOT" or ".GV" => PictureKind.Dot,
        ".MMD" or ".MERMAID" => PictureKind.Mermaid,
        _ => throw new UsageException($"The ending of '{ErrorText.QuoteReference(file!)}' does not say what to write. Use {_as.Name}."),
    };

    private static void Report(CachePicture picture, PictureKind kind, string file, CommandRun run)
    {
        if (!run.IsJson)
        {
            run.Terminal.Report($"{file}: {Text.Count(picture.Records, "record")}"
                + (picture.Boxes < picture.Records ? $" in {Text.Count(picture.Boxes, "box", "boxes")}" : ""));
            return;
        }

        CacheJson.Write(run.Terminal.Output, json =>
        {
            json.WriteString("output", file);
            json.WriteString("as", kind.ToString().ToLowerInvariant());
            json.WriteNumber("records", picture.Records);
            json.WriteNumber("boxes", picture.Boxes);
        });
    }
}
