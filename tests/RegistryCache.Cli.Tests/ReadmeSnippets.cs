using RegistryCache.Compression;
using RegistryCache.Oci;

namespace RegistryCache.Cli.Tests;

/// <summary>The code in README.md and in the packages' own, line by line, so that it compiles and runs. <see cref="ReadmeTests"/> holds the two together.</summary>
internal static class ReadmeSnippets
{
    public static async Task ComposeAsync()
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    }

    public static async Task<bool> CopyAsync(BuildCache cache, CancellationToken ct)
    {
        var import = await cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:buildcache").ImportAsync(ct);
        var report = await cache.CreateExporter("type=local,dest=./cache,mode=max,compression=zstd,force-compression=true").ExportAsync(import.Graph, ct);
        return import.IsHit && report.Manifest is not null && report.Layers.All(l => l.To == LayerCompression.Zstd);
    }

    public static string Target()
    {
        var target = CacheTarget.Registry("ghcr.io/acme/app:buildcache") with { Mode = CacheMode.Max, Compression = LayerCompression.Zstd, CompressionLevel = 10 };
        return target.ToString();
    }

    public static async Task<int> BuildAsync(BuildCache cache, string[] flags, Func<CancellationToken, Task> CompileAsync, CancellationToken ct)
    {
        await using var session = await cache.OpenSessionAsync(["type=registry,ref=ghcr.io/acme/app:main", "type=registry,ref=ghcr.io/acme/app:pr-17"], ct);

        var sources = session.Content(await ContentDigest.OfDirectoryAsync("src", cancellationToken: ct));
        var compile = CacheStep.Define("acme.compile.v1").With("tool", "csc 5.0").With("flags", flags).Reading(sources);

        if (await session.FindAsync(compile, ct) is { } hit)
            await hit.RestoreAsync("obj", ct);
        else
        {
            await CompileAsync(ct);
            await session.RecordAsync(compile, LayerSource.FromDirectory("obj"), ct);
        }

        var saved = await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:pr-17,mode=max,ignore-error=true", ct);
        return saved.Layers.Count;
    }

    public static async Task<bool> FoldersAsync(BuildCache cache, string lockHash, string packages, CancellationToken ct)
    {
        var folders = cache.Folders("type=registry,ref=ghcr.io/acme/ci:nuget");
        var found = await folders.RestoreAsync("nuget-linux-" + lockHash, fallbacks: ["nuget-linux-"], into: packages, ct);
        if (!found.IsExact) await folders.SaveAsync("nuget-linux-" + lockHash, packages, ct);
        return found.IsHit;
    }

    public static async Task<string> OneFileAsync(BuildCache cache, CacheLayer layer, CancellationToken ct)
    {
        await using var ranges = await cache.OpenLayerRangesAsync(layer, ct);
        var archive = await EStargzArchive.OpenAsync(layer.Descriptor, ranges, options: null, ct);
        await using var file = archive.OpenFile("app/appsettings.json");
        return await new StreamReader(file).ReadToEndAsync(ct);
    }

    public static async Task<bool> CopyMaxAsync(BuildCache cache, CancellationToken ct)
    {
        var import = await cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:buildcache").ImportAsync(ct);
        var report = await cache.CreateExporter("type=local,dest=./cache,mode=max").ExportAsync(import.Graph, ct);
        return import.IsHit && report.Manifest is not null;
    }

    public static async Task ComposeWithOptionsAsync()
    {
        await using var cache = new BuildCacheBuilder()
            .UseCompression()
            .UseOci(registry => registry with { StallTimeout = TimeSpan.FromSeconds(30) })
            .Build();
    }

    /// <summary>Compiled only: it asks a registry that a test must not depend on. What it calls is tested on the real registry elsewhere.</summary>
    public static async Task ListTagsAsync()
    {
        await using var client = new RegistryClient(new RegistryClientOptions { Credentials = CredentialProvider.FromLogin() });
        var store = client.OpenRepository("ghcr.io", "acme/app-cache");
        await foreach (var tag in store.ListTagsAsync())
            Console.WriteLine(tag);
    }

    public static async Task<int> InMemoryAsync(Func<BuildCache, Task> use)
    {
        var store = new InMemoryContentStore();
        await using var inMemory = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
        await use(inMemory);
        return store.Tags.Count;
    }
}
