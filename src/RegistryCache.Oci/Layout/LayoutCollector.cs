using System.Collections.Immutable;
using System.Text.Json;
using RegistryCache.Core.Errors;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Layout;

/// <summary>Marks what every entry of the index reaches, and what a reader was promised, then sweeps the rest. The caller holds the lock.
/// Source: BuildKit client/solve.go, containerd core/images/handlers.go.</summary>
internal sealed class LayoutCollector(
    LayoutPaths paths, LayoutIndexFile index, LayoutBlobReader reader, OciLayoutOptions options) : IDisposable
{
    private readonly Dictionary<Digest, ReadOnlyMemory<byte>> _planned = [];
    private readonly Dictionary<Digest, FileStream> _held = [];
    private readonly HashSet<Digest> _reached = [];
    private readonly HashSet<Digest> _followed = [];
    private readonly Queue<(Digest Digest, string MediaType)> _manifests = new();

    /// <summary>Sweeps. <paramref name="ingest"/> is where a blob is put before it is deleted.</summary>
    public Task<LayoutResetReport> RunAsync(LayoutIngest ingest, CancellationToken cancellationToken) =>
        RunAsync(ImmutableDictionary<string, ManifestContent?>.Empty, ingest, cancellationToken);

    /// <summary>Says what a sweep would remove if tags pointed to other manifests.</summary>
    public Task<LayoutResetReport> PlanAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken) =>
        RunAsync(tags, ingest: null, cancellationToken);

    public void Dispose()
    {
        foreach (var file in _held.Values)
            file.Dispose();
    }

    private async Task<LayoutResetReport> RunAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, LayoutIngest? ingest, CancellationToken cancellationToken)
    {
        try
        {
            await MarkAsync(tags, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryCacheException or JsonException)
        {
            if (ingest is not null)
                LayoutLog.ResetRefused(options.Logger, paths.Root, error.Message);
            return new LayoutResetReport { Refusal = error.Message };
        }

        var promised = await KeepPromisesAsync(isPlan: ingest is null, cancellationToken).ConfigureAwait(false);
        var report = Sweep(ingest, cancellationToken) with { PromisedBytes = promised };
        if (ingest is not null)
            LayoutLog.ResetDone(options.Logger, paths.Root, report.RemovedBlobs.Length, report.RemovedBytes);
        return report;
    }

    private async Task MarkAsync(IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken)
    {
        var document = await index.ParseAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Malformed("index.json is missing, so it is unknown which blobs are needed.");
        foreach (var (tag, manifest) in tags)
        {
            if (manifest is null)
            {
                document.Remove(ManifestReference.ByTag(tag));
                continue;
            }

            document.Put(manifest.Descriptor, tag);
            _planned[manifest.Descriptor.Digest] = manifest.Bytes;
        }

        foreach (var entry in document.Entries)
            Reach(Digest.Parse(entry.Digest), entry.MediaType ?? "", mustExist: true);
        await FollowAllAsync(mustExist: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task FollowAllAsync(bool mustExist, CancellationToken cancellationToken)
    {
        while (_manifests.TryDequeue(out var next))
        {
            if (_followed.Count >= options.MaxManifests)
                throw new LimitExceededException(
                    paths.Root, $"{nameof(OciLayoutOptions)}.{nameof(OciLayoutOptions.MaxManifests)}", options.MaxManifests);
            if (_followed.Add(next.Digest))
                await FollowAsync(next.Digest, next.MediaType, mustExist, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Marks what the manifests name that a reader holds (see <see cref="LayoutPromise"/>). The others are locked until the end,
    /// so that nobody is promised what is about to go.</summary>
    /// <returns>The size of what only readers need, in bytes.</returns>
    private async Task<long> KeepPromisesAsync(bool isPlan, CancellationToken cancellationToken)
    {
        var before = _reached.ToHashSet();
        var files = BlobFiles().Select(f => (Digest: Parse(f), f.File)).Where(f => f.Digest is { } d && !before.Contains(d)).ToList();
        foreach (var (digest, file) in files)
        {
            if (file.Length > options.MaxManifestBytes || await ManifestTypeAsync(digest!.Value, file, cancellationToken)
                .ConfigureAwait(false) is not { } mediaType)
                continue;
            if (LayoutPromise.TryWithdraw(file.FullName) is { } held)
            {
                if (isPlan)
                    held.Dispose();
                else
                    _held.Add(digest.Value, held);
                continue;
            }

            try
            {
                Reach(digest.Value, mediaType, mustExist: false);
                await FollowAllAsync(mustExist: false, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RegistryCacheException or JsonException)
            {
                // It was never a manifest, or what it names was lost before.
                _manifests.Clear();
            }
        }

        return files.Where(f => _reached.Contains(f.Digest!.Value)).Sum(f => f.File.Length);
    }

    private async Task<string?> ManifestTypeAsync(Digest digest, FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            var stream = LayoutFile.OpenRead(file.FullName, file.Length);
            var first = new byte[1];
            await using (stream.ConfigureAwait(false))
            {
                if (await stream.ReadAsync(first, cancellationToken).ConfigureAwait(false) == 0 || !" \t\r\n{"u8.Contains(first[0]))
                    return null;
            }

            var type = ManifestShape.MediaTypeOf(
                await reader.ReadAsync(new Descriptor("", digest, file.Length), cancellationToken).ConfigureAwait(false));
            return type.Length > 0 ? type : null;
        }
        catch (Exception error) when (StorageError.Is(error) || error is RegistryCacheException)
        {
            return null;
        }
    }

    private async Task FollowAsync(Digest digest, string mediaType, bool mustExist, CancellationToken cancellationToken)
    {
        var isPlanned = _planned.TryGetValue(digest, out var bytes);
        if (!isPlanned)
            bytes = await ReadAsync(digest, mediaType, cancellationToken).ConfigureAwait(false);
        mustExist &= !isPlanned;
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
            ReachChild(config, digest, mustExist);
        if (!root.TryGetProperty(isIndex ? "manifests" : "layers", out var children) || children.ValueKind == JsonValueKind.Null)
            return;
        if (children.ValueKind != JsonValueKind.Array)
            throw Malformed($"The children of manifest {digest} are not an array.");
        foreach (var child in children.EnumerateArray())
            ReachChild(child, digest, mustExist);
    }

    private async Task<byte[]> ReadAsync(Digest digest, string mediaType, CancellationToken cancellationToken)
    {
        var size = reader.Find(digest) ?? throw reader.NotFound(digest);
        if (size > options.MaxManifestBytes)
            throw new LimitExceededException(
                $"manifest {digest}", $"{nameof(OciLayoutOptions)}.{nameof(OciLayoutOptions.MaxManifestBytes)}",
                options.MaxManifestBytes, size);
        return await reader.ReadAsync(new Descriptor(mediaType, digest, size), cancellationToken).ConfigureAwait(false);
    }

    private void ReachChild(JsonElement child, Digest parent, bool mustExist)
    {
        if (child.ValueKind != JsonValueKind.Object)
            throw Malformed($"A child of manifest {parent} is not a descriptor.");
        Reach(Digest.Parse(LayoutIndexEntry.Text(child, "digest")), LayoutIndexEntry.Text(child, "mediaType") ?? "", mustExist);
    }

    private void Reach(Digest digest, string mediaType, bool mustExist)
    {
        if (_reached.Add(digest) && mustExist && !_planned.ContainsKey(digest) && reader.Find(digest) is null
            && MediaTypes.ToDistributable(mediaType) == mediaType)
            throw reader.NotFound(digest);
        if (MediaTypes.IsManifest(mediaType))
            _manifests.Enqueue((digest, mediaType));
    }

    private LayoutResetReport Sweep(LayoutIngest? ingest, CancellationToken cancellationToken)
    {
        var removed = ImmutableDictionary.CreateBuilder<Digest, long>();
        var warnings = ImmutableArray.CreateBuilder<string>();
        using var bin = ingest is null ? null : new LayoutBin(ingest, options);
        var spared = 0;
        long sparedBytes = 0;
        foreach (var blob in BlobFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = blob.File;
            if (Parse(blob) is not { } digest)
            {
                warnings.Add($"{file.FullName} does not have the name of a blob and was kept.");
                continue;
            }

            if (_reached.Contains(digest))
                continue;
            try
            {
                var length = file.Length;
                if (_held.Remove(digest, out var held))
                    held.Dispose();
                if (LayoutBin.IsYoung(file.FullName, options) || bin?.TryRemove(file.FullName) == false)
                    (spared, sparedBytes) = (spared + 1, sparedBytes + length);
                else
                    removed[digest] = length;
            }
            catch (Exception error) when (StorageError.Is(error))
            {
                warnings.Add($"{file.FullName} could not be removed: {ErrorText.Sentence(error.Message)}");
            }
        }

        return new LayoutResetReport
        {
            Removed = removed.ToImmutable(),
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

    private static Digest? Parse((string Algorithm, FileInfo File) blob) =>
        Digest.TryParse($"{blob.Algorithm}:{blob.File.Name}", out var digest) ? digest : null;

    private CacheFormatException Malformed(string message) => new(RegistryCacheErrorCode.InvalidLayout, $"{paths.Root}: {message}");
}
