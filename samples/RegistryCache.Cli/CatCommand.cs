using RegistryCache.Compression;
using RegistryCache.Core;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;

namespace RegistryCache.Cli;

/// <summary>Writes one file of a layer to standard output.</summary>
internal sealed class CatCommand : ICommand
{
    public string Name => "cat";

    public string Usage => "cat SOURCE LAYER PATH " + Caches.ReadingUsage;

    public string Summary => "Writes one file of a layer to standard output. LAYER is a blob digest or its start. An estargz layer is not fetched whole.";

    public IReadOnlyCollection<string> ValuedOptions { get; } = [.. Caches.ReadingOptions];

    public IReadOnlyCollection<string> Flags { get; } = [];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var operands = arguments.Operands(3, "SOURCE LAYER PATH");
        await using var caches = Caches.Create(terminal, arguments);
        var import = await caches.CreateImporter(operands[0]).ImportAsync(cancellationToken);
        if (!import.IsHit)
            return Outcomes.Report(import, terminal);
        var layer = FindLayer(import.Graph, operands[1]);
        var path = operands[2].Trim('/');
        await using var spool = SpoolFile.Create();
        if (layer.Descriptor.Annotations.ContainsKey(AnnotationKeys.StargzTocDigest))
            await ReadFromArchiveAsync(caches, layer, path, spool.Stream, cancellationToken);
        else
            await LayerFile.ReadAsync(caches, layer, path, spool.Stream, cancellationToken);

        // Nothing reaches the caller before all of it is verified.
        await using var content = await spool.ToSource().OpenReadAsync(cancellationToken);
        await content.CopyToAsync(terminal.Bytes, cancellationToken);
        await terminal.Bytes.FlushAsync(cancellationToken);
        return ExitCode.Done;
    }

    private static CacheLayer FindLayer(CacheGraph graph, string name)
    {
        var layers = graph.CollectChains().Select(c => c.Top).DistinctBy(l => l.Digest)
            .Where(l => l.Digest.ToString().StartsWith(name, StringComparison.Ordinal) || l.Digest.Hex.StartsWith(name, StringComparison.Ordinal))
            .ToList();
        return layers switch
        {
            [var layer] => layer,
            [] => throw new UsageException($"No layer of this cache starts with '{name}'."),
            _ => throw new UsageException($"{layers.Count} layers of this cache start with '{name}': give more of the digest."),
        };
    }

    private static async Task ReadFromArchiveAsync(BuildCache caches, CacheLayer layer, string path, Stream output, CancellationToken cancellationToken)
    {
        await using var ranges = await caches.OpenLayerRangesAsync(layer, cancellationToken);
        var archive = await EStargzArchive.OpenAsync(layer.Descriptor, ranges, options: null, cancellationToken);
        var entry = archive.Find(path);
        if (entry?.Type == EStargzEntryType.HardLink)
            entry = archive.Find(entry.LinkName);
        if (entry is null || entry.Type != EStargzEntryType.File)
            throw NotAFile(layer, path, entry is null ? "does not exist (or is sparse: estargz lists no sparse files, restoring the layer gives them)" : $"is a {entry.Type}{(entry.LinkName.Length == 0 ? "" : $" to {entry.LinkName}")}");
        await using var file = archive.OpenFile(entry.Path);
        await file.CopyToAsync(output, cancellationToken);
    }

    public static RegistryCacheException NotAFile(CacheLayer layer, string path, string what) =>
        new LayerFormatException(RegistryCacheErrorCode.ContentNotFound, $"/{path} {what} in layer {layer.Digest}.");
}
