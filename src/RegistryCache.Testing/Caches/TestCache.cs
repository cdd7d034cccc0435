using System.Collections.Immutable;
using System.Text;
using RegistryCache.Storage;
using RegistryCache.Testing.Caches;

namespace RegistryCache.Testing;

/// <summary>A small cache for a test: steps with a few files each, written to a repository of a <see cref="TestRegistry"/>, to a store, or
/// through a cache of your own to any place. The same steps give the same bytes. Immutable: each method gives another cache, so tests can
/// share a part.</summary>
/// <example><code>
/// var cache = new TestCache()
///     .Step("base", ("bin/tool", "v1"))
///     .Step("restore", on: "base", ("packages/a.dll", "a"));
/// await cache.WriteToAsync(registry.Repository("acme/app"));
/// </code></example>
public sealed class TestCache
{
    private readonly TimeProvider _clock;
    private readonly ImmutableList<TestStep> _steps;

    /// <summary>A cache without steps.</summary>
    /// <param name="clock">Dates each step, when it is added. Default: all steps have the same date, 2026-01-01.</param>
    public TestCache(TimeProvider? clock = null)
        : this(clock ?? new SetClock(), [])
    {
    }

    private TestCache(TimeProvider clock, ImmutableList<TestStep> steps)
    {
        _clock = clock;
        _steps = steps;
    }

    /// <summary>The steps, in the order in which they were added.</summary>
    public IReadOnlyList<CacheStep> Steps => [.. _steps.Select(static s => s.Step)];

    /// <summary>A step that was added by its name, to look for it.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no such step.</exception>
    public CacheStep this[string name] => Find(name).Step;

    /// <summary>Adds a step that reads nothing.</summary>
    /// <param name="name">A name, which is the type of the step too.</param>
    /// <param name="files">What the step made: paths in the layer, and texts.</param>
    /// <exception cref="ArgumentException">There is such a step already.</exception>
    public TestCache Step(string name, params (string Path, string Content)[] files) => Add(CacheStep.Define(name), name, null, files);

    /// <summary>Adds a step that reads another one. Its layer is on top of the layers of the other one.</summary>
    /// <param name="name">A name, which is the type of the step too.</param>
    /// <param name="on">The name of the other step.</param>
    /// <param name="files">What the step made: paths in the layer, and texts.</param>
    /// <exception cref="ArgumentException">There is such a step already, or there is no step <paramref name="on"/>.</exception>
    public TestCache Step(string name, string on, params (string Path, string Content)[] files)
    {
        var below = Find(on);
        return Add(CacheStep.Define(name).Reading(below.Step), name, below, files);
    }

    /// <summary>Adds a step of the code under test.</summary>
    /// <param name="step">The step, as the code under test defines it.</param>
    /// <param name="files">What the step made: paths in the layer, and texts.</param>
    /// <exception cref="ArgumentException">There is such a step already.</exception>
    public TestCache Step(CacheStep step, params (string Path, string Content)[] files)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Add(step, name: null, below: null, files);
    }

    /// <summary>Adds a step of the code under test, whose layer is on top of the layers of another one.</summary>
    /// <param name="step">The step, as the code under test defines it.</param>
    /// <param name="on">The other step, which was added before.</param>
    /// <param name="files">What the step made: paths in the layer, and texts.</param>
    /// <exception cref="ArgumentException">There is such a step already, or there is no step <paramref name="on"/>.</exception>
    public TestCache Step(CacheStep step, CacheStep on, params (string Path, string Content)[] files)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(on);
        var below = _steps.Find(s => s.Step.Identity == on.Identity)
            ?? throw new ArgumentException($"There is no step {on}. Add it before {step}.", nameof(on));
        return Add(step, name: null, below, files);
    }

    /// <summary>Writes the cache into a repository of a registry, without a request.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">The tag. Default: <c>main</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task WriteToAsync(TestRepository repository, string tag = "main", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var store = new InMemoryContentStore();
        await WriteToAsync(store, StoreOfRepository.Place, cancellationToken).ConfigureAwait(false);
        await StoreOfRepository.CopyAsync(store, repository, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the cache into a store.</summary>
    /// <param name="store">The store, for example an <see cref="InMemoryContentStore"/>.</param>
    /// <param name="target">Where a cache with this store has it, for example <c>type=registry,ref=example.com/acme/app:main</c>. The mode
    /// is <c>max</c> unless it is named.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<CacheExportReport> WriteToAsync(IContentStore store, string target, CancellationToken cancellationToken = default)
    {
        var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
        await using var _ = cache.ConfigureAwait(false);
        return await WriteToAsync(cache, target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the cache through a cache of your own, for example as an OCI layout directory:
    /// <c>type=local,dest=./cache</c>.</summary>
    /// <param name="cache">The cache, which knows the kind of the target.</param>
    /// <param name="target">The target. The mode is <c>max</c> unless it is named.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<CacheExportReport> WriteToAsync(BuildCache cache, string target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var parsed = cache.ParseTarget(target);
        var clock = new SetClock();
        var recorder = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().UseTimeProvider(clock).Build();
        await using var _ = recorder.ConfigureAwait(false);
        var session = await recorder.OpenSessionAsync([], cancellationToken).ConfigureAwait(false);
        await using var __ = session.ConfigureAwait(false);
        var chains = new Dictionary<TestStep, LayerChain?>();
        foreach (var step in _steps)
        {
            clock.Now = step.Date;
            var below = step.Below is null ? null : chains[step.Below];
            chains[step] = (await session.RecordAsync(step.Step, step.Layer, below, cancellationToken).ConfigureAwait(false)).Chain;
        }

        return await cache.CreateExporter(parsed with { Mode = parsed.Mode ?? CacheMode.Max })
            .ExportAsync(session.ToGraph(), cancellationToken).ConfigureAwait(false);
    }

    private TestCache Add(CacheStep step, string? name, TestStep? below, (string Path, string Content)[] files)
    {
        if (_steps.Exists(s => s.Step.Identity == step.Identity || (name is not null && s.Name == name)))
            throw new ArgumentException($"The cache has the step {name ?? step.ToString()} already. Give it another name or definition.");
        List<(string Path, ReadOnlyMemory<byte> Content)> bytes = [.. files.Select(static f =>
            (f.Path, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(f.Content)))];
        return new TestCache(_clock, _steps.Add(new TestStep(step, name, below, TestLayer.Of(bytes), _clock.GetUtcNow())));
    }

    private TestStep Find(string name) => _steps.Find(s => s.Name == name) ?? throw new ArgumentException(
        _steps.IsEmpty
            ? $"There is no step '{name}'. Add it first."
            : $"There is no step '{name}'. The named steps are: {string.Join(", ", _steps.Select(static s => s.Name).OfType<string>())}.");
}
