using System.Collections.Immutable;
using System.Text.Json;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>Marks what every entry of the index reaches, then sweeps the rest. The caller holds the lock. Source: BuildKit client/solve.go,
/// containerd core/images/handlers.go.</summary>
internal sealed class LayoutCollector(
    LayoutPaths paths, LayoutIndexFile index, LayoutBlobReader reader, OciLayoutOptions options)
{
    private readonly HashSet<Digest> _reached = [];
    private readonly HashSet<Digest> _followed = [];
    private readonly Queue<(Digest Digest, string MediaType)> _manifests = new();

    public async Task<LayoutResetReport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MarkAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryCacheException or JsonException)
        {
            LayoutLog.ResetRefused(options.Logger, paths.Root, error.Message);
            return new LayoutResetReport { Refusal = error.Message };
        }

        var report = Sweep(cancellationToken);
        LayoutLog.ResetDone(options.Logger, paths.Root, report.RemovedBlobs.Length, report.RemovedBytes);
        return report;
    }

    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        var document = await index.ParseAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Malformed("index.json is missing, so it is unknown which blobs are needed.");
        foreach (var entry in document.Entries)
            Reach(entry.Digest, entry.MediaType ?? "");
        while (_manifests.TryDequeue(out var next))
        {
            if (_followed.Count >= options.MaxManifests)
                throw new LimitExceededException(
                    paths.Root, $"{nameof(OciLayoutOptions)}.{nameof(OciLayoutOptions.MaxManifests)}", options.MaxManifests);
            if (_followed.Add(next.Digest))
                await FollowAsync(next.Digest, next.MediaType, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(Digest digest, string mediaType, CancellationToken cancellationToken)
    {
        var size = reader.Find(digest) ?? throw reader.NotFound(digest);
        if (size > options.MaxManifestBytes)
            throw new LimitExceededException(
                $"manifest {digest}", $"{nameof(OciLayoutOptions)}.{nameof(OciLayoutOptions.MaxManifestBytes)}",
                options.MaxManifestBytes, size);
        var bytes = await reader.ReadAsync(new Descriptor(mediaType, digest, size), cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw Malformed($"Manifest {digest} is not a JSON object.");
        if (LayoutIndexEntry.Text(root, "mediaType") is { Length: > 0 } own && own != mediaType && MediaTypes.IsManifest(own))
            throw Malformed($"Manifest {digest} has the media type {own}, but its descriptor has {mediaType}.");
        var isIndex = mediaType is MediaTypes.OciIndex or MediaTypes.DockerManifestList;
        if (isIndex ? root.TryGetProperty("config", out _) || root.TryGetProperty("layers", out _)
            : root.TryGetProperty("manifests", out _))
            throw Malformed($"Manifest {digest} does not have the form of {mediaType}.");
        if (!isIndex && root.TryGetProperty("config", out var config) && config.ValueKind != JsonValueKind.Null)
            ReachChild(config, digest);
        if (!root.TryGetProperty(isIndex ? "manifests" : "layers", out var children) || children.ValueKind == JsonValueKind.Null)
            return;
        if (children.ValueKind != JsonValueKind.Array)
            throw Malformed($"The children of manifest {digest} are not an array.");
        foreach (var child in children.EnumerateArray())
            ReachChild(child, digest);
    }

    private void ReachChild(JsonElement child, Digest parent)
    {
        if (child.ValueKind != JsonValueKind.Object)
            throw Malformed($"A child of manifest {parent} is not a descriptor.");
        Reach(LayoutIndexEntry.Text(child, "digest"), LayoutIndexEntry.Text(child, "mediaType") ?? "");
    }

    private void Reach(string? text, string mediaType)
    {
        var digest = Digest.Parse(text);
        if (_reached.Add(digest) && reader.Find(digest) is null && MediaTypes.ToDistributable(mediaType) == mediaType)
            throw reader.NotFound(digest);
        if (MediaTypes.IsManifest(mediaType))
            _manifests.Enqueue((digest, mediaType));
    }

    private LayoutResetReport Sweep(CancellationToken cancellationToken)
    {
        var removed = ImmutableArray.CreateBuilder<Digest>();
        var warnings = ImmutableArray.CreateBuilder<string>();
        var threshold = (options.TimeProvider.GetUtcNow() - options.ResetGracePeriod).UtcDateTime;
        long bytes = 0;
        var spared = 0;
        long sparedBytes = 0;
        foreach (var (algorithm, file) in BlobFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Digest.TryParse($"{algorithm}:{file.Name}", out var digest))
                warnings.Add($"{file.FullName} does not have the name of a blob and was kept.");
            else if (_reached.Contains(digest))
                continue;
            else if (options.ResetGracePeriod > TimeSpan.Zero && file.LastWriteTimeUtc > threshold)
                (spared, sparedBytes) = (spared + 1, sparedBytes + file.Length);
            else if (TryRemove(file, warnings, ref bytes))
                removed.Add(digest);
        }

        return new LayoutResetReport
        {
            RemovedBlobs = removed.ToImmutable(),
            RemovedBytes = bytes,
            ReachableBlobs = _reached.Count,
            SparedBlobs = spared,
            SparedBytes = sparedBytes,
            Warnings = warnings.ToImmutable(),
        };
    }

    private IEnumerable<(string Algorithm, FileInfo File)> BlobFiles() =>
        from algorithm in LayoutPaths.Algorithms
        let directory = paths.BlobDirectory(algorithm)
        where Directory.Exists(directory) && !LayoutFile.IsLink(paths.Blobs) && !LayoutFile.IsLink(directory)
        from file in new DirectoryInfo(directory).GetFiles()
        select (algorithm, file);

    private static bool TryRemove(FileInfo file, ImmutableArray<string>.Builder warnings, ref long bytes)
    {
        try
        {
            var length = file.Length;
            LayoutFile.Delete(file.FullName);
            bytes += length;
            return true;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            warnings.Add($"{file.FullName} could not be removed: {ErrorText.Sentence(error.Message)}");
            return false;
        }
    }

    private CacheFormatException Malformed(string message) => new(RegistryCacheErrorCode.InvalidLayout, $"{paths.Root}: {message}");
}
