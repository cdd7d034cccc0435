using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;
using RegistryCache.Compression;

namespace RegistryCache.Cli.Commands;

/// <summary>Writes one file of a layer to standard output.</summary>
internal sealed class CatCommand : ToolCommand
{
    /// <summary>The maximum length of a chain of hard links.</summary>
    public const int MaxLinks = 40;

    private readonly Argument<string> _source = Places.Source();
    private readonly Argument<string> _layer = new("LAYER") { Description = "the digest of a blob, or the start of one" };
    private readonly Argument<string> _path = new("PATH") { Description = "the path of the file in the layer" };
    private readonly ReadingOptions _reading;

    public CatCommand()
        : base(
            "cat", "Writes one file of a layer to standard output.",
            "Only this layer is read, so a link to a file in another layer is an error. Of an estargz layer only the needed part is "
            + "fetched.")
    {
        Add(_source);
        Add(_layer);
        Add(_path);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        await using var caches = Caches.Create(run, _reading);
        var import = await caches.CreateImporter(run.Get(_source)).ImportAsync(cancellationToken);
        if (!import.IsHit)
            return Outcomes.Report(import, terminal);
        var layer = FindLayer(import.Graph, run.Get(_layer));
        var path = run.Get(_path).Trim('/');
        await using var spool = SpoolFile.Create();
        if (EStargzArchive.IsAnnounced(layer.Descriptor))
            await ReadFromArchiveAsync(caches, layer, path, spool.Stream, cancellationToken);
        else
            await LayerFile.ReadAsync(caches, layer, path, spool.Stream, cancellationToken);

        // Nothing is written before the whole file is verified.
        await using var content = await spool.ToSource().OpenReadAsync(cancellationToken);
        if (run.IsJson)
            await FileJson.WriteAsync(layer.Digest, path, content, spool.Stream.Length, terminal.Bytes, cancellationToken);
        else
            await content.CopyToAsync(terminal.Bytes, cancellationToken);
        await terminal.Bytes.FlushAsync(cancellationToken);
        return ExitCode.Done;
    }

    private static CacheLayer FindLayer(CacheGraph graph, string name)
    {
        var layers = graph.CollectChains().Select(c => c.Top).DistinctBy(l => l.Digest)
            .Where(l => l.Digest.ToString().StartsWith(name, StringComparison.Ordinal)
                || l.Digest.Hex.StartsWith(name, StringComparison.Ordinal))
            .ToList();
        return layers switch
        {
            [var layer] => layer,
            [] => throw new UsageException($"No layer of this cache starts with '{name}'."),
            _ => throw new UsageException($"{layers.Count} layers of this cache start with '{name}'. Give more digits of the digest."),
        };
    }

    private static async Task ReadFromArchiveAsync(BuildCache caches, CacheLayer layer, string path, Stream output,
        CancellationToken cancellationToken)
    {
        await using var ranges = await caches.OpenLayerRangesAsync(layer, cancellationToken);
        var archive = await EStargzArchive.OpenAsync(layer.Descriptor, ranges, options: null, cancellationToken);
        var entry = archive.Find(path);
        for (var links = 0; entry?.Kind == LayerEntryKind.HardLink && links < MaxLinks; links++)
        {
            var target = entry.LinkTarget;
            entry = archive.Find(target) ?? throw LeadsElsewhere(layer, path, isHard: true, target);
        }

        if (entry?.Kind == LayerEntryKind.SymbolicLink)
            throw LeadsElsewhere(layer, path, isHard: false, entry.LinkTarget);
        if (entry is null || entry.Kind != LayerEntryKind.File)
            throw NotAFile(layer, path, entry is null
                ? "does not exist, or is a sparse file, which estargz does not list and only a restore of the layer returns,"
                : $"is a {entry.Kind}");
        await using var file = archive.OpenFile(entry.Path);
        await file.CopyToAsync(output, cancellationToken);
    }

    /// <summary>The file is a link whose target is not in the layer.</summary>
    public static RegistryCacheException LeadsElsewhere(CacheLayer layer, string path, bool isHard, string target) =>
        new RegistryCacheException(
            RegistryCacheErrorCode.ContentNotFound,
            $"/{path} is a {(isHard ? "hard" : "symbolic")} link to '{target}' in layer {layer.Digest}. "
            + (isHard ? "The layer does not contain that file, and no other layer is read. Try the layers below it."
                : "Symbolic links are not followed, because they can lead to other layers. Give the path of the file itself."));

    public static RegistryCacheException NotAFile(CacheLayer layer, string path, string what) =>
        new RegistryCacheException(RegistryCacheErrorCode.ContentNotFound,
            $"/{path} {what} in layer {layer.Digest}. No other layer was read.");
}
