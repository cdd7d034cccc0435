using System.Globalization;
using RegistryCache.Compression;
using RegistryCache.Fixtures;
using RegistryCache.Oci;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>The code of the guides: each region is quoted under docs, and each test runs one.</summary>
[NonParallelizable]
internal sealed class GuideTests
{
    private ScratchDirectory _scratch = null!;
    private string _before = "";

    [SetUp]
    public void EnterEmptyDirectory()
    {
        _before = Environment.CurrentDirectory;
        _scratch = new ScratchDirectory();
        Environment.CurrentDirectory = _scratch.Path;
        Directory.CreateDirectory("src");
        File.WriteAllText("src/hello.txt", "hello");
    }

    [TearDown]
    public void LeaveDirectory()
    {
        Environment.CurrentDirectory = _before;
        _scratch.Dispose();
    }

    [Test]
    public async Task The_first_step_runs_once_and_is_restored_afterwards()
    {
        var runs = 0;
        Task CompileAsync()
        {
            runs++;
            Directory.CreateDirectory("out");
            return File.WriteAllTextAsync("out/hello.bin", File.ReadAllText("src/hello.txt").ToUpperInvariant());
        }

        async Task BuildAsync()
        {
            #region first-step
            await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
            await using var session = await cache.OpenSessionAsync(["type=local,src=cache"]);

            var sources = session.Content(await ContentDigest.OfDirectoryAsync("src"));
            var compile = CacheStep.Define("hello.compile.v1").With("optimize", "yes").Reading(sources);

            if (await session.FindAsync(compile) is { } hit)
                await hit.RestoreAsync("out");
            else
            {
                await CompileAsync();
                await session.RecordAsync(compile, LayerSource.FromDirectory("out"));
            }

            await session.ExportAsync("type=local,dest=cache,mode=max");
            #endregion
        }

        await BuildAsync();
        Directory.Delete("out", recursive: true);
        await BuildAsync();
        Assert.That(runs, Is.EqualTo(1));
        Assert.That(await File.ReadAllTextAsync("out/hello.bin"), Is.EqualTo("HELLO"));
    }

    [Test]
    public async Task Credentials_of_the_program_come_first()
    {
        #region credentials
        var own = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential>
        {
            ["ghcr.io/acme"] = RegistryCredential.FromPassword("ci", "secret"),
        });
        await using var cache = new BuildCacheBuilder()
            .UseOci(registry => registry with { Credentials = CredentialProvider.FirstOf(own, registry.Credentials) })
            .UseCompression()
            .Build();
        #endregion

        Assert.That((await own.GetCredentialAsync("ghcr.io", "acme/app"))?.Username, Is.EqualTo("ci"));
        Assert.That(await own.GetCredentialAsync("ghcr.io", "other/app"), Is.Null);
    }

    [Test]
    public async Task Credentials_can_come_from_anywhere()
    {
        Task<string> ReadTokenAsync(string registry, CancellationToken ct) => Task.FromResult("token of " + registry);

        #region delegate
        var vault = CredentialProvider.FromDelegate(
            async (registry, repository, ct) =>
                registry == "registry.acme.dev" ? RegistryCredential.FromRegistryToken(await ReadTokenAsync(registry, ct)) : null,
            source: "the vault");
        #endregion

        Assert.That((await vault.GetCredentialAsync("registry.acme.dev", "app"))?.RegistryToken, Is.EqualTo("token of registry.acme.dev"));
        Assert.That(await vault.GetCredentialAsync("ghcr.io", "app"), Is.Null);
    }

    [Test]
    public async Task Limits_are_set_once()
    {
        #region limits
        await using var cache = new BuildCacheBuilder()
            .UseOci()
            .UseCodecs(LayerCodecs.Gzip, LayerCodecs.Zstd(new CompressionOptions { MaxZstdWindowBytes = 8 << 20 }))
            .UseLimits(new CacheFormatLimits { MaxConfigBytes = 16 << 20, MaxRecords = 100_000 })
            .UseLayerOptions(new LayerOptions { MaxDecodedBytes = 4L << 30, MaxRatio = 100 })
            .Build();
        #endregion

        Assert.That((await cache.CreateImporter("type=local,src=absent").ImportAsync()).IsHit, Is.False);
    }

    [Test]
    public async Task A_cache_is_converted_on_its_way()
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        Fixtures.FixtureLayout.Open("max-gzip").CopyTo("cache");

        #region convert
        var import = await cache.CreateImporter("type=local,src=cache").ImportAsync();
        var target = CacheTarget.Local("converted") with
        {
            Mode = CacheMode.Max,
            Compression = LayerCompression.Zstd,
            CompressionLevel = 10,
            ForceCompression = true,
        };
        var report = await cache.CreateExporter(target).ExportAsync(import.Graph);
        #endregion

        Assert.That(report.Layers.Select(layer => layer.To), Is.All.EqualTo(LayerCompression.Zstd));
    }

    [Test]
    public async Task A_folder_is_saved_and_restored()
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        #region folders
        var folders = cache.Folders(new FolderCacheOptions
        {
            Target = CacheTarget.Parse("type=local,dest=cache,tag=nuget"),
            CompressionLevel = 6,
            MaxKeys = 50,
        });
        var saved = await folders.SaveAsync("linux-1", "src");
        var found = await folders.RestoreAsync("linux-2", fallbacks: ["linux-"], into: "restored");
        Console.WriteLine($"{saved}, then {found.Key} for linux-2");
        #endregion

        Assert.That(found, Has.Property(nameof(FolderRestore.IsHit)).True.And.Property(nameof(FolderRestore.IsExact)).False);
        Assert.That(File.Exists("restored/hello.txt"), Is.True);
    }

    [Test]
    public async Task A_cache_is_pruned_and_verified()
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        var folders = cache.Folders("type=local,dest=cache");
        foreach (var i in Enumerable.Range(1, 4))
        {
            await File.WriteAllTextAsync("src/hello.txt", i.ToString(CultureInfo.InvariantCulture));
            await folders.SaveAsync($"linux-{i}", "src");
        }

        #region prune
        var plan = await cache.PlanPruneAsync("type=local,src=cache", new PruneRules { KeepNewestKeys = [("linux-", 3)] });
        Console.WriteLine(plan);
        if (!plan.IsEmpty)
            await cache.PruneAsync(plan);
        #endregion

        #region verify
        var verification = await cache.VerifyAsync("type=local,src=cache", new CacheVerifyOptions { ReadPercent = 100 });
        if (!verification.IsSound)
            Console.WriteLine(verification);
        #endregion

        Assert.That((await folders.ListAsync()).Select(key => key.Key), Is.EquivalentTo(["linux-2", "linux-3", "linux-4"]));
        Assert.That(verification.IsSound, Is.True);
    }
}
