using RegistryCache.Core.Content;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;
using RegistryCache.Storage;

namespace RegistryCache.Core.Folders;

/// <summary>Saves folders under keys of one target. A layer that the cache already has is used only after the target was asked for it. A
/// layer that is missing or damaged is made again from the folder.</summary>
internal sealed class FolderSaver(FolderCacheOptions options, CacheTarget target, SessionContext context)
{
    private readonly CacheExporter _exporter = context.Exporters.Create(target, context.Exporters.Defaults with
    {
        MergeWithExisting = true,
        ChecksEveryBlob = true,
        OverwriteImage = options.OverwriteImage,
        Keep = new NewestRecords(FolderRecords.Root, options.MaxKeys),
    });

    private IReadOnlyList<PlaceContent?> _before = [];

    public async Task<FolderSave> SaveAsync(
        string key, IReadOnlyList<(string SourcePath, string LayerPath)> folders, CancellationToken cancellationToken)
    {
        var folder = new ReportedSource(new FolderLayerSource(
            folders,
            options.Snapshot with { Limits = options.Snapshot.Limits ?? RestoreLimits.ForFolders },
            CachePlace.LocalPaths(options.EffectiveSources.Select(s => s.Place).Concat(target.Places))));
        try
        {
            return await SaveAsync(key, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (target.IgnoreError && !CacheExporter.IsWrongUse(e))
        {
            // The exporter does the same for its own errors. The folder is read and encoded before the exporter runs.
            CoreLog.ExportIgnored(context.Logger, target, e.CodeText, e.Message);
            return new FolderSave(key, ContentDigest: null, IsUnchanged: false, new CacheExportReport(target) { Error = e })
            {
                Layer = folder.Report,
            };
        }
    }

    private async Task<FolderSave> SaveAsync(string key, ReportedSource folder, CancellationToken cancellationToken)
    {
        _before = await _exporter.LookAsync(cancellationToken).ConfigureAwait(false);
        var entries = FolderRecords.List(_before[0]?.Graph ?? CacheGraph.Empty, context.Order());
        if (entries.Count > 0)
        {
            // A folder that the cache already has is read once and not compressed.
            var digest = await DigestOfAsync(folder, cancellationToken).ConfigureAwait(false);
            if (await ReuseAsync(entries, key, digest, folder.Report!, cancellationToken).ConfigureAwait(false) is { } save)
                return save;
        }

        var encoded = await EncodeAsync(folder, cancellationToken).ConfigureAwait(false);
        await using (encoded.ConfigureAwait(false))
        {
            var layer = ToLayer(encoded);
            return await ExportDatedAsync(key, layer, layer.DiffId ?? layer.Digest, folder.Report!, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Saves with a layer that the cache already has; <see langword="null"/> when there is none that can be used.</summary>
    private async Task<FolderSave?> ReuseAsync(
        IReadOnlyList<FolderEntry> entries, string key, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        List<FolderEntry> same = [.. entries.Where(e => e.Best.Chain is { Length: <= 2 } chain && chain.Top.DiffId == digest)];
        List<FolderEntry> alike = [.. same.Where(e => e.Best.Chain!.Length == (options.HasTimesLayer ? 2 : 1))];
        if (same.Count == 0)
            return null;
        RegistryCacheException error;
        try
        {
            var export =
                alike.Find(e => e.Key == key) is { } own ? ExportAsync(own.Best, key, digest, report, cancellationToken)
                : alike.Count > 0 ? ExportNewAsync(key, alike[0].Best.Chain!, digest, report, cancellationToken)
                : ExportDatedAsync(key, same[0].Best.Chain!.Top, digest, report, cancellationToken);
            var save = await export.ConfigureAwait(false);
            if (save.Export?.Error is not { } ignored || !IsLostLayer(ignored))
                return save;
            error = ignored;
        }
        catch (RegistryCacheException e) when (IsLostLayer(e))
        {
            error = e;
        }

        SessionLog.LayerSentAgain(context.Logger, error.CodeText, error.Message);
        return null;
    }

    private static bool IsLostLayer(RegistryCacheException e) =>
        e.Side == CacheSide.Source && e is ContentNotFoundException or ContentMismatchException;

    private static async Task<Digest> DigestOfAsync(LayerSource folder, CancellationToken cancellationToken)
    {
        using var hash = new DigestHasher(DigestAlgorithm.Sha256);
        var tar = await folder.ToBlobSource().OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
        {
            var buffer = new byte[256 * 1024];
            int read;
            while ((read = await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                hash.Append(buffer.AsSpan(0, read));
        }

        return hash.Current();
    }

    private Task<LayerConversion> EncodeAsync(LayerSource layer, CancellationToken cancellationToken) =>
        context.EncodeAsync(layer.ToBlobSource(), options.Compression, options.CompressionLevel, cancellationToken);

    private CacheLayer ToLayer(LayerConversion encoded) =>
        new(encoded.Descriptor.WithAnnotation(AnnotationKeys.CreatedAt, context.Now().ToString()), encoded.Source);

    private async Task<FolderSave> ExportDatedAsync(
        string key, CacheLayer content, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        if (!options.HasTimesLayer)
            return await ExportNewAsync(key, LayerChain.Of(content), digest, report, cancellationToken).ConfigureAwait(false);
        var times = await EncodeAsync(LayerSource.FromEntries([EntryTimes.ToFile(report.Times)]), cancellationToken).ConfigureAwait(false);
        await using (times.ConfigureAwait(false))
        {
            var chain = LayerChain.Of([ToLayer(times), content]);
            return await ExportNewAsync(key, chain, digest, report, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<FolderSave> ExportNewAsync(
        string key, LayerChain chain, Digest digest, LayerWriteReport report, CancellationToken cancellationToken) =>
        ExportAsync(new CacheResult(chain, context.Now()) { Rank = CacheResult.MadeHere }, key, digest, report, cancellationToken);

    private async Task<FolderSave> ExportAsync(
        CacheResult result, string key, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        var done = await _exporter.ExportAsync(FolderRecords.Make(key, result), _before, cancellationToken).ConfigureAwait(false);
        if (RestoreLimit(report.Bytes, result.Chain!.Top.Descriptor.Size) is { } warning)
            done = done with { Warnings = [.. done.Warnings, warning] };
        return new FolderSave(key, digest, done.IsUnchanged, done) { Layer = report };
    }

    /// <summary>A warning if a restore with this cache's limits would refuse the layer. The default limits never do.</summary>
    private string? RestoreLimit(long bytes, long layerBytes) =>
        context.Limits.ForFolders((options.Snapshot.Limits ?? RestoreLimits.ForFolders).MaxTotalBytes)
            .NeededFor(bytes, layerBytes) is var (name, value)
            ? "The folder exceeds a limit that was set for reading layers. "
                + $"A restore needs {nameof(LayerDecodeLimits)}.{name} = {value} or more."
            : null;
}
