namespace RegistryCache.Cli.Output;

/// <summary>A step at which builds part, with what its layers tell: the files that it wrote, and how they differ.</summary>
internal sealed record ShownStep(DivergedStep Step)
{
    private const int MostFiles = 100;

    /// <summary>The first files of the layer, without directories; <see langword="null"/> if it was not read.</summary>
    public IReadOnlyList<string>? Files { get; private init; }

    /// <summary>How many files the layer has.</summary>
    public int FileCount { get; private init; }

    /// <summary>How the layers of both builds differ; <see langword="null"/> if they were not compared.</summary>
    public LayerComparison? Changes { get; private init; }

    /// <summary>Why a layer was not read, if that was not wanted.</summary>
    public RegistryCacheException? Problem { get; private init; }

    /// <summary>The step in the second build; in the first if it was removed.</summary>
    public CacheRecord Record => (Step.After ?? Step.Before)!;

    /// <summary>The layer that the step added, if it has a result.</summary>
    public static CacheLayer? LayerOf(CacheRecord? record) => record?.NewestResult?.Chain?.Top;

    /// <summary>The path as a step of the build would write it: from the root.</summary>
    public static string PathOf(LayerEntry entry) => "/" + entry.Path.Trim('/');

    public static async Task<ShownStep> ReadAsync(
        BuildCache caches, DivergedStep step, long maxLayer, CommandRun run, CancellationToken cancellationToken)
    {
        var shown = new ShownStep(step);
        try
        {
            if (LayerOf(shown.Record) is not { } layer || layer.Descriptor.Size > maxLayer)
                return shown;
            var files = await FilesAsync(caches, CountedBlob.Of(layer, run.Progress, run.Terminal.Time), cancellationToken);
            shown = shown with { Files = [.. files.Take(MostFiles)], FileCount = files.Count };
            return LayerOf(step.Before) is { } before && step.After is not null && before.Descriptor.Size <= maxLayer
                ? shown with { Changes = await caches.CompareLayersAsync(before, layer, limits: null, run.Progress, cancellationToken) }
                : shown;
        }
        catch (RegistryCacheException e)
        {
            return shown with { Problem = e };
        }
    }

    private static async Task<List<string>> FilesAsync(BuildCache caches, CacheLayer layer, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        var tar = BlobSource.FromDelegate(async token => await caches.OpenLayerAsync(layer, token));
        await LayerApplier.ReadAsync([tar], TakeAsync, limits: null, cancellationToken);
        return files;

        ValueTask TakeAsync(LayerEntry entry, Stream content, CancellationToken token)
        {
            if (entry.Kind != LayerEntryKind.Directory)
                files.Add(PathOf(entry));
            return ValueTask.CompletedTask;
        }
    }
}
