using RegistryCache.Core.Content;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Steps;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>
/// Saves folders under keys of one target. A layer that is there already is relied on only when the target was asked for it; what is
/// missing or damaged is made again from the folder, which is at hand.
/// </summary>
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

    public async Task<FolderSave> SaveAsync(string key, IReadOnlyList<FolderMapping> folders, CancellationToken cancellationToken)
    {
        var folder = new ReportedSource(new FolderLayerSource(
            folders,
            options.Snapshot with { Limits = options.Snapshot.Limits ?? RestoreLimits.ForFolders },
            ownDirectories: [.. CacheDirectories.Of(target), .. options.EffectiveSources.SelectMany(CacheDirectories.Of)]));
        try
        {
            return await SaveAsync(key, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (target.IgnoreError && !CacheExporter.IsWrongUse(e))
        {
            // The exporter does the same for what happens inside it; a folder is read and encoded before that.
            CoreLog.ExportIgnored(context.Logger, target, e.CodeText, e.Message);
            return new FolderSave(key, ContentDigest: null, IsUnchanged: false, new CacheExportReport(target) { Error = e }) { Layer = folder.Report };
        }
    }

    private async Task<FolderSave> SaveAsync(string key, ReportedSource folder, CancellationToken cancellationToken)
    {
        _before = await _exporter.LookAsync(cancellationToken).ConfigureAwait(false);
        var entries = FolderRecords.List(_before[0]?.Graph ?? CacheGraph.Empty, context.Order());
        if (entries.Count > 0)
        {
            // A folder that is there already is read once and never compressed.
            var digest = await DigestOfAsync(folder, cancellationToken).ConfigureAwait(false);
            if (await ReuseAsync(entries, key, digest, folder.Report!, cancellationToken).ConfigureAwait(false) is { } save)
                return save;
        }

        var encoded = await EncodeAsync(folder, cancellationToken).ConfigureAwait(false);
        await using (encoded.ConfigureAwait(false))
        {
            var layer = ToLayer(encoded);
            return await ExportDatedAsync(key, layer, layer.DiffId ?? layer.Digest, folder.Report!, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves with a layer that the cache has already; <see langword="null"/> when there is none, or none that can be relied on.</summary>
    private async Task<FolderSave?> ReuseAsync(
        IReadOnlyList<FolderEntry> entries, string key, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        List<FolderEntry> same = [.. entries.Where(e => e.Best.Chain is { Length: <= 2 } chain && chain.Top.DiffId == digest)];
        List<FolderEntry> alike = [.. same.Where(e => e.Best.Chain!.Length == (options.HasTimesLayer ? 2 : 1))];
        FolderSave? save;
        if (alike.Find(e => e.Key == key) is { } own)
            save = await TryAsync(() => ExportAsync(own.Best, key, digest, report, cancellationToken)).ConfigureAwait(false);
        else if (alike.Count > 0)
            save = await TryAsync(() => ExportNewAsync(key, alike[0].Best.Chain!, digest, report, cancellationToken)).ConfigureAwait(false);
        else if (same.Count > 0)
            save = await TryAsync(() => ExportDatedAsync(key, same[0].Best.Chain!.Top, digest, report, cancellationToken)).ConfigureAwait(false);
        else
            save = null;
        return save;
    }

    /// <summary>Runs an export that relies on layers of the cache; <see langword="null"/> when one of them is gone or damaged.</summary>
    private async Task<FolderSave?> TryAsync(Func<Task<FolderSave>> exportAsync)
    {
        RegistryCacheException error;
        try
        {
            var save = await exportAsync().ConfigureAwait(false);
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

    private async Task<LayerConversion> EncodeAsync(LayerSource folder, CancellationToken cancellationToken)
    {
        var tar = await folder.ToBlobSource().OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
            return await context.Converter.EncodeAsync(tar, options.Compression, options.CompressionLevel, cancellationToken).ConfigureAwait(false);
    }

    private CacheLayer ToLayer(LayerConversion encoded) =>
        new(encoded.Descriptor.WithAnnotation(AnnotationKeys.CreatedAt, context.Now().ToString()), encoded.Source);

    private async Task<FolderSave> ExportDatedAsync(
        string key, CacheLayer content, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        if (!options.HasTimesLayer)
            return await ExportNewAsync(key, LayerChain.Of(content), digest, report, cancellationToken).ConfigureAwait(false);
        var times = await EncodeAsync(LayerSource.FromEntries([EntryTimes.ToFile(report.Times)]), cancellationToken).ConfigureAwait(false);
        await using (times.ConfigureAwait(false))
            return await ExportNewAsync(key, LayerChain.Of([ToLayer(times), content]), digest, report, cancellationToken).ConfigureAwait(false);
    }

    private Task<FolderSave> ExportNewAsync(string key, LayerChain chain, Digest digest, LayerWriteReport report, CancellationToken cancellationToken) =>
        ExportAsync(new CacheResult(chain, context.Now()) { Rank = CacheResult.MadeHere }, key, digest, report, cancellationToken);

    private async Task<FolderSave> ExportAsync(
        CacheResult result, string key, Digest digest, LayerWriteReport report, CancellationToken cancellationToken)
    {
        var done = await _exporter.ExportAsync(FolderRecords.Make(key, result), _before, cancellationToken).ConfigureAwait(false);
        if (RestoreLimit(report.Bytes, result.Chain!.Top.Descriptor.Size) is { } warning)
            done = done with { Warnings = [.. done.Warnings, warning] };
        return new FolderSave(key, digest, done.IsUnchanged, done) { Layer = report };
    }

    /// <summary>What a restore with the limits of this cache will need; nothing with the limits that it has by itself.</summary>
    private string? RestoreLimit(long bytes, long layerBytes) =>
        context.Reading.Limits.ForFolders((options.Snapshot.Limits ?? RestoreLimits.ForFolders).MaxTotalBytes)
            .NeededFor(bytes, layerBytes) is var (name, value)
            ? $"The folder exceeds a limit that was set for reading layers. A restore needs {nameof(LayerDecodeLimits)}.{name} = {value} or more."
            : null;
}
