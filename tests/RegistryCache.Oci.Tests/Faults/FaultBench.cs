using RegistryCache.Core.Storage;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>A small cache, a registry with faults, and the operations to run on it.</summary>
internal sealed class FaultBench : IAsyncDisposable
{
    public const string Target = "app/cache";
    public const string Origin = "app/origin";
    public const string Tag = "main";

    private readonly BuildCache _local;
    private readonly CacheGraph _graph;

    private FaultBench(TestRegistry registry, BuildCache local, CacheGraph graph)
    {
        Registry = registry;
        _local = local;
        _graph = graph;
    }

    public TestRegistry Registry { get; }

    public FixtureLayout Fixture { get; } = FixtureLayout.Open("max-gzip");

    public TestBlob Whole { get; } = TestBlob.Create(1_500_000);

    public TestBlob Chunked { get; } = TestBlob.Create(300_000);

    public static async Task<FaultBench> StartAsync()
    {
        var registry = await TestRegistry.StartAsync();
        var local = new BuildCacheBuilder().UseCompression().UseOci().Build();
        var import = await local.CreateImporter($"type=local,src={FixtureLayout.Open("max-gzip").Directory}").ImportAsync();
        return new FaultBench(registry, local, import.Graph);
    }

    /// <summary>A fresh registry: one repository with the cache, and another with an older manifest under the tag.</summary>
    public string Prepare(TestRegistryOptions options, TimeProvider clock)
    {
        Registry.Reset(options with { TimeProvider = clock, Quirks = options.Quirks with { SetsCookies = true } });
        var origin = Registry.Repository(Origin);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Fixture.Directory, "blobs", "sha256")))
        {
            var bytes = File.ReadAllBytes(file);
            origin.PutBlob(bytes, "sha256:" + Path.GetFileName(file));
        }

        var digest = Fixture.DigestOf();
        origin.PutManifest(Fixture.Read(digest), MediaTypes.OciManifest);
        origin.Tag(Tag, digest);
        origin.PutBlob(Chunked.Bytes, Chunked.Digest.ToString());

        var target = Registry.Repository(Target);
        var config = TestBlob.Create(20);
        var old = new ManifestContent(MediaTypes.OciManifest, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{config.Digest}}","size":20},"layers":[]}"""));
        target.PutBlob(config.Bytes, config.Digest.ToString());
        target.PutManifest(old.Bytes.ToArray(), MediaTypes.OciManifest);
        target.Tag(Tag, old.Descriptor.Digest.ToString());
        return old.Descriptor.Digest.ToString();
    }

    /// <summary>Runs an operation to its end.</summary>
    /// <returns>The error of the operation, or <see langword="null"/>.</returns>
    public async Task<Exception?> RunAsync(FaultOperation operation, TimeProvider clock, RecordedLog log, CancellationToken cancellationToken)
    {
        try
        {
            switch (operation)
            {
                case FaultOperation.Export:
                    await using (var cache = Cache(clock, log))
                        await cache.CreateExporter($"type=registry,ref={Registry.Host}/{Target}:{Tag},mode=max").ExportAsync(_graph, cancellationToken);
                    return null;
                case FaultOperation.Import:
                    await using (var cache = Cache(clock, log))
                        return await ImportAsync(cache, cancellationToken);
                case FaultOperation.Copy:
                    await using (var cache = Cache(clock, log))
                    {
                        var import = await cache.CreateImporter($"type=registry,ref={Registry.Host}/{Origin}:{Tag}").ImportAsync(cancellationToken);
                        if (ErrorOf(import) is { } error)
                            return error;
                        await cache.CreateExporter($"type=registry,ref={Registry.Host}/{Target}:{Tag},mode=max").ExportAsync(import.Graph, cancellationToken);
                    }

                    return null;
                default:
                    await TransferAsync(operation, clock, log, cancellationToken);
                    return null;
            }
        }
        catch (RegistryCacheException e)
        {
            return e;
        }
    }

    /// <summary>Exports in the form of an index, which many registries refuse.</summary>
    public async Task<Exception?> ExportIndexAsync(TimeProvider clock, RecordedLog log)
    {
        await using var cache = Cache(clock, log);
        try
        {
            await cache.CreateExporter($"type=registry,ref={Registry.Host}/{Target}:{Tag},mode=max,image-manifest=false").ExportAsync(_graph);
            return null;
        }
        catch (RegistryCacheException e)
        {
            return e;
        }
    }

    public static RegistryClientOptions Configure(RegistryClientOptions options, string host, TimeProvider clock, RecordedLog log)
    {
        return options with
        {
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [host] = RegistryCredential.FromPassword(TestAccount.User, TestAccount.Password) }),
            TimeProvider = clock,
            LoggerFactory = log,
            StallTimeout = TimeSpan.FromSeconds(8),
            MaxAttempts = 4,
            RetryDelay = TimeSpan.FromMilliseconds(100),
            JitterSeed = 1,
        };
    }

    public static LeapingClock NewClock() => new();

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        await Registry.DisposeAsync();
    }

    private BuildCache Cache(TimeProvider clock, RecordedLog log) => new BuildCacheBuilder()
        .UseTimeProvider(clock).UseLogging(log).UseCompression()
        .UseOci(options => Configure(options, Registry.Host, clock, log)).Build();

    private async Task<Exception?> ImportAsync(BuildCache cache, CancellationToken cancellationToken)
    {
        var import = await cache.CreateImporter($"type=registry,ref={Registry.Host}/{Origin}:{Tag}").ImportAsync(cancellationToken);
        if (ErrorOf(import) is { } error)
            return error;
        foreach (var layer in import.Graph.CollectChains().SelectMany(static chain => chain.ToLayers()).DistinctBy(static layer => layer.Digest))
        {
            await using var stream = await layer.Content.OpenReadAsync(cancellationToken);
            Assert.That(await ReadAsync(stream, cancellationToken), Same.BytesAs(Fixture.Read(layer.Digest.ToString())), "wrong bytes");
        }

        return null;
    }

    private static Exception? ErrorOf(CacheImport import) => import.Sources.Single() switch
    {
        { Error: { } failure } => failure,
        { IsMiss: true } => new ContentNotFoundException(Tag, Origin),
        _ => null,
    };

    private async Task TransferAsync(FaultOperation operation, TimeProvider clock, RecordedLog log, CancellationToken cancellationToken)
    {
        var options = Configure(new RegistryClientOptions(), Registry.Host, clock, log);
        options = options with { ChunkedUploads = operation == FaultOperation.PushChunks, UploadChunkBytes = 64 << 10 };
        options = options with { ParallelRanges = operation == FaultOperation.PullRanges ? 3 : 1, ParallelBelowRate = long.MaxValue, ParallelRangeBytes = 64 << 10 };
        await using var client = new RegistryClient(options);
        if (operation == FaultOperation.PullRanges)
        {
            await using var stream = await new StoreBlobSource(client.OpenRepository(Registry.Host, Origin), Chunked.Descriptor).OpenReadAsync(cancellationToken);
            Assert.That(await ReadAsync(stream, cancellationToken), Same.BytesAs(Chunked.Bytes), "wrong bytes");
            return;
        }

        var blob = operation == FaultOperation.PushChunks ? Chunked : Whole;
        await client.OpenRepository(Registry.Host, Target).PushBlobAsync(blob.Descriptor, blob.Source, null, cancellationToken);
        Assert.That(Registry.Repository(Target).ReadBlob(blob.Digest.ToString()), Same.BytesAs(blob.Bytes), "wrong bytes");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }
}
