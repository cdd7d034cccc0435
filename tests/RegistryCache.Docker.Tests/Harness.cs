using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Docker.Tests;

/// <summary>The parts that every row puts together: registry, daemon, builder, contexts, our tool.</summary>
internal sealed class Harness : IAsyncDisposable
{
    private readonly Dictionary<string, BuildResult> _originals = new(StringComparer.Ordinal);

    public Harness(RegistryServer registry, DockerDaemon daemon)
    {
        Registry = registry;
        Daemon = daemon;
        Scratch = Directory.CreateTempSubdirectory("rc-rows-").FullName;
        Buildx = new Buildx(daemon, Scratch);
        Contexts = new BuildContexts(Scratch);
        Configs = new CacheConfigs(registry.Host);
        Row = new Row(this);
    }

    public RegistryServer Registry { get; }

    public DockerDaemon Daemon { get; }

    public Buildx Buildx { get; }

    public BuildContexts Contexts { get; }

    public CacheConfigs Configs { get; }

    public Row Row { get; }

    /// <summary>A folder for whatever a row writes.</summary>
    public string Scratch { get; }

    /// <summary>
    /// Whether the engine can write estargz. Some are built with a Go whose gzip writer gives BuildKit's estargz footer another length,
    /// at which the whole daemon panics.
    /// </summary>
    public bool WritesEstargz { get; set; } = true;

    /// <summary>Ignores the calling test, with the reason, where it needs the engine to write what it cannot write.</summary>
    public void RequireWriterOf(string codec)
    {
        if (codec == "estargz" && !WritesEstargz)
            Assert.Ignore($"{Daemon.Version} panics when it writes estargz");
    }

    public string Reference(string name) => $"{Registry.Host}/{name}";

    public string From(string name) => $"type=registry,ref={Reference(name)}";

    public string To(string name, string parameters) => $"type=registry,ref={Reference(name)},{parameters}";

    /// <summary>
    /// Builds a case from nothing and hands its result out for comparison; the daemon's own cache holds the build afterwards, so that
    /// exports that follow in one go need not build again.
    /// </summary>
    public async Task<BuildResult> BuildFromNothingAsync(BuildCase build)
    {
        await Buildx.PruneAsync();
        var result = await Buildx.BuildAsync(build);
        Assert.That(result.Steps, Is.Not.Empty, result.Run.Error);
        Assert.That(result.CachedCount, Is.Zero, "the daemon still knew steps after a prune:\n" + result.Describe());
        return _originals[build.Name] = result;
    }

    /// <summary>What the case gave when it was built from nothing.</summary>
    public BuildResult Original(BuildCase build) => _originals[build.Name];

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        await Registry.DisposeAsync();
        Configs.Dispose();
        Directory.Delete(Scratch, recursive: true);
    }
}
