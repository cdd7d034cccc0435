using RegistryCache.Peers.Data;

namespace RegistryCache.Peers.Jobs;

/// <summary>The jobs by name.</summary>
internal static class AllJobs
{
    public static IReadOnlyList<IJob> Create(Tools tools, PeersOptions options)
    {
        var scale = options.Scale;
        var (one, layers, small, few) = (CacheData.One(scale), CacheData.Layers(scale), CacheData.Small(scale), CacheData.Few(scale));
        return
        [
            new StartJob("start-version", inspects: false, tools),
            new StartJob("start-inspect", inspects: true, tools),
            .. Transfers("one", one, Line.Loopback),
            .. Transfers("layers", layers, Line.Loopback),
            .. Transfers("small", small, Line.Loopback),
            .. Transfers("slow", few, Line.Slow),
            .. Transfers("far", few, Line.Far),
            .. Transfers("capped", one, Line.Capped).Where(job => job.Name != "capped-again"),
            .. Transfers("tls", one, Line.Https).Where(job => job.Name != "tls-again"),
            .. new[] { "gzip", "zstd", "estargz" }.SelectMany(codec => new[]
            {
                new CodecJob($"codec-{codec}-write", writes: true, codec, scale, tools),
                new CodecJob($"codec-{codec}-read", writes: false, codec, scale, tools),
            }),
            new FolderJob("folder-save", saves: true, "zstd", scale, tools),
            new FolderJob("folder-restore", saves: false, "zstd", scale, tools),
            new FolderJob("folder-unpack", saves: false, "uncompressed", scale, tools),
            new FolderJob("folder-files", saves: false, "uncompressed", scale, tools, smallFiles: 50_000),
            new FolderRegistryJob("folder-push", saves: true, scale, tools),
            new FolderRegistryJob("folder-pull", saves: false, scale, tools),
            new FolderRegistryJob("folder-pull-files", saves: false, scale, tools, smallFiles: 50_000),
            new FolderStepsJob(scale, tools),
            .. options.History is { } history ? [new FolderHistoryJob(history, tools)] : Array.Empty<IJob>(),
            new FolderAgainJob(scale, tools),
            new FolderWarmJob(scale, tools),
            .. new[] { "gzip", "zstd", "estargz" }.Select(codec => new BuildxJob($"buildx-{codec}", codec, scale, tools)),
            .. new[] { "gzip", "zstd" }.Select(codec => new DockerPullJob($"docker-pull-{codec}", codec, scale, tools)),
        ];

        TransferJob[] Transfers(string name, CacheData data, Line line) =>
            [.. Enum.GetValues<Direction>().Select(way =>
                new TransferJob($"{name}-{way.ToString().ToLowerInvariant()}", way, data, line, tools))];
    }
}
