using System.Collections.Concurrent;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;

namespace RegistryCache.Core.Verification;

/// <summary>Checks the manifest, the config and every layer of one cache.</summary>
internal sealed class CacheVerifier(OpenPlace place, CacheSource source, LayerCodecSet codecs, LayerOptions layerOptions, TimeProvider time)
{
    private const int Attempts = 3;

    private readonly BlobCheck _check = new(place.Store, codecs, layerOptions);

    /// <summary>The report, and what the place holds. The second is <see langword="null"/> when there is no manifest. If another writer has
    /// moved the tag meanwhile, what is missing may be what nothing needs any more, so the tag is verified again.</summary>
    public async Task<(CacheVerification Report, PlaceContent? Content)> RunAsync(
        CacheVerifyOptions options, CancellationToken cancellationToken)
    {
        options = options with { Seed = options.Seed ?? Random.Shared.Next() };
        for (var attempt = 1; ; attempt++)
        {
            var (report, content) = await RunOnceAsync(options, cancellationToken).ConfigureAwait(false);
            if (attempt == Attempts || report is not { IsHit: true, IsSound: false } || content!.Problem is not null)
                return (report, content);
            var now = await place.Store.ResolveManifestAsync(place.Reference, cancellationToken).ConfigureAwait(false);
            if (now?.Digest == content.Digest)
                return (report, content);
        }
    }

    private async Task<(CacheVerification Report, PlaceContent? Content)> RunOnceAsync(
        CacheVerifyOptions options, CancellationToken cancellationToken)
    {
        // What is read here may be damaged, so the problem is part of the answer.
        var content = await place.ReadAsync(known: null, cancellationToken).ConfigureAwait(false);
        if (content?.Problem is { } problem)
            return (Unreadable(content, problem), content);
        if (content is { Other: not null } image)
        {
            try
            {
                content = await place.ImportAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryCacheException e) when (InlineLoader.IsAboutContent(e))
            {
                return (Unreadable(image, e), image with { Problem = e });
            }
        }

        return content?.Graph is { } graph
            ? (await CheckAsync(content, graph, options, cancellationToken).ConfigureAwait(false), content)
            : (new CacheVerification(source) { Miss = place.Missing(content) }, content);
    }

    private async Task<CacheVerification> CheckAsync(
        PlaceContent content, CacheGraph graph, CacheVerifyOptions options, CancellationToken cancellationToken)
    {
        var layers = LayersOf(content);
        var read = BlobSample.Choose(layers.Keys, options.ReadPercent, options.Seed!.Value);
        var faults = await CheckAsync(layers, read, options, cancellationToken).ConfigureAwait(false);
        return new CacheVerification(source)
        {
            IsHit = true,
            Manifest = content.Manifest,
            Graph = graph,
            Damages = [.. faults.OrderBy(f => f.Key).Select(f =>
                new CacheDamage(CachePart.Layer, f.Key, layers[f.Key].Blob.Size, f.Value, graph))],
            Results = (
                graph.Records.Sum(r => r.Results.Count(x => x.Chain is not null)),
                faults.IsEmpty ? 0 : new LostResults(graph, faults.ContainsKey).CountIn(graph)),
            Layers = (layers.Count, layers.Values.Sum(l => l.Blob.Size)),
            LayersRead = (read.Count, read.Sum(d => layers[d].Blob.Size)),
            Seed = options.Seed.Value,
            Skipped = content.Skipped,
        };
    }

    private CacheVerification Unreadable(PlaceContent content, RegistryCacheException problem)
    {
        var config = content.NamedConfig;
        var fault = BlobFault.Of(problem) ?? new BlobFault(CacheDamageKind.Unreadable, problem.Message);
        var damage = config is not null
            ? new CacheDamage(CachePart.Config, config.Digest, config.Size, fault, CacheGraph.Empty)
            : new CacheDamage(CachePart.Manifest, content.Digest, size: null, fault, CacheGraph.Empty);
        return new CacheVerification(source) { IsHit = true, Manifest = content.Manifest, Damages = [damage] };
    }

    /// <summary>The layers of all results, and those that only the manifest of a cache names. Nothing is known of the content of those, so
    /// they are not decoded.</summary>
    private static Dictionary<Digest, (Descriptor Blob, bool IsDecoded)> LayersOf(PlaceContent content)
    {
        var layers = new Dictionary<Digest, (Descriptor, bool)>();
        foreach (var chain in content.Graph!.ChainsParentsFirst())
            layers.TryAdd(chain.Top.Digest, (chain.Top.Descriptor, true));
        if (content.Config is not null)
        {
            foreach (var (digest, size) in content.LayerSizes)
                layers.TryAdd(digest, (new Descriptor("", digest, size), false));
        }

        return layers;
    }

    private async Task<ConcurrentDictionary<Digest, BlobFault>> CheckAsync(
        Dictionary<Digest, (Descriptor Blob, bool IsDecoded)> layers,
        HashSet<Digest> read,
        CacheVerifyOptions options,
        CancellationToken cancellationToken)
    {
        var faults = new ConcurrentDictionary<Digest, BlobFault>();
        var progress = ProgressMeter.Create(options.Progress, CachePhase.Verifying, time);
        progress?.Expect(layers.Values.Sum(l => l.Blob.Size));
        await ForEachAsync(layers.Keys.Where(d => !read.Contains(d)), options.MaxParallelLooks, async (blob, _, cancel) =>
        {
            var fault = await _check.LookAsync(blob, cancel).ConfigureAwait(false);
            progress?.Add(blob.Size, blob.Digest);
            return fault;
        }).ConfigureAwait(false);
        await ForEachAsync(read, options.MaxParallelReads, (blob, isDecoded, cancel) =>
            _check.ReadAsync(blob, isDecoded, bytes => progress?.Add(bytes, blob.Digest), cancel)).ConfigureAwait(false);
        progress?.Complete();
        return faults;

        Task ForEachAsync(IEnumerable<Digest> some, int atATime, Func<Descriptor, bool, CancellationToken, Task<BlobFault?>> check)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken };
            return Parallel.ForEachAsync(some, parallel, async (digest, cancel) =>
            {
                var (blob, isDecoded) = layers[digest];
                if (await check(blob, isDecoded, cancel).ConfigureAwait(false) is { } fault)
                    faults[digest] = fault;
            });
        }
    }
}
