using System.Reflection;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>Every public call on what was disposed, and on what a disposed cache has made, is an <see cref="ObjectDisposedException"/>.</summary>
internal sealed class AfterDisposalTests
{
    private const string Place = "registry.invalid/acme/app:main";

    // They read a text or a list, and use nothing that was disposed.
    private static readonly string[] Harmless = ["ParseSource", "ParseSources", "ParseTarget", "ParseTargets", "Dispose", "DisposeAsync", "ToGraph"];

    private readonly ScratchFolder _folder = new();
    private readonly InMemoryContentStore _store = new();
    private BuildCache _cache = null!;
    private BuildSession _session = null!;
    private FolderCache _folders = null!;
    private ICacheImporter _importer = null!;
    private ICacheExporter _exporter = null!;
    private CacheLayer _layer = null!;
    private PrunePlan _plan = null!;

    [OneTimeSetUp]
    public async Task UseAndDisposeAsync()
    {
        Directory.CreateDirectory(_folder["from"]);
        await File.WriteAllTextAsync(_folder["from/a"], "a");
        _cache = new BuildCacheBuilder().UseStore(_store).UseCompression().Build();
        _folders = _cache.Folders(Place);
        await _folders.SaveAsync("key", _folder["from"]);
        _session = await _cache.OpenSessionAsync([Place]);
        _importer = _cache.CreateImporter(Place);
        _exporter = _cache.CreateExporter(Place);
        _layer = (await _importer.ImportAsync()).Graph.CollectChains()[0].ToLayers()[0];
        _plan = await _cache.PlanPruneAsync(Place, new PruneRules { MaxBytes = 0 });
        await _session.DisposeAsync();
        await _cache.DisposeAsync();
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<TestCaseData> Calls() =>
        from type in new[] { typeof(BuildCache), typeof(BuildSession), typeof(FolderCache), typeof(ICacheImporter), typeof(ICacheExporter) }
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
        where method.DeclaringType != typeof(object) && !method.IsSpecialName && !Harmless.Contains(method.Name)
        select new TestCaseData(type, method).SetArgDisplayNames(type.Name, method.Name + "(" + string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name)) + ")");

    [TestCaseSource(nameof(Calls))]
    public void A_call_after_disposal_says_so(Type type, MethodInfo method)
    {
        object target = type == typeof(BuildCache) ? _cache : type == typeof(BuildSession) ? _session : type == typeof(FolderCache) ? _folders
            : type == typeof(ICacheImporter) ? _importer : _exporter;

        Assert.That(() => CallAsync(target, method), Throws.InstanceOf<ObjectDisposedException>());
    }

    private async Task CallAsync(object target, MethodInfo method)
    {
        object? result;
        try
        {
            result = method.Invoke(target, [.. method.GetParameters().Select(Argument)]);
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }

        switch (result)
        {
            case Task task:
                await task;
                break;
            case IAsyncEnumerable<object> items:
                await foreach (var item in items)
                    Assert.That(item, Is.Not.Null);
                break;
        }
    }

    private object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => parameter.Name is "directory" or "into" ? _folder["from"] : Place,
        var type when type == typeof(IEnumerable<string>) || type == typeof(IReadOnlyList<string>) => new[] { Place },
        var type when type == typeof(CacheSource) => _cache.ParseSource(Place),
        var type when type == typeof(IEnumerable<CacheSource>) => new[] { _cache.ParseSource(Place) },
        var type when type == typeof(CacheTarget) => _cache.ParseTarget(Place),
        var type when type == typeof(CacheGraph) => CacheGraph.Empty,
        var type when type == typeof(CacheLayer) => _layer,
        var type when type == typeof(IReadOnlyList<CacheLayer>) || type == typeof(IEnumerable<CacheLayer>) => new[] { _layer },
        var type when type == typeof(CacheStep) => CacheStep.Define("step"),
        var type when type == typeof(LayerSource) => LayerSource.FromDirectory(_folder["from"]),
        var type when type == typeof(LayerCompression) => LayerCompression.Gzip,
        var type when type == typeof(Stream) => new MemoryStream(),
        var type when type == typeof(Digest) => Digest.OfBytes("x"u8),
        var type when type == typeof(PruneRules) => new PruneRules { MaxBytes = 0 },
        var type when type == typeof(PrunePlan) => _plan,
        var type when type == typeof(FolderCacheOptions) => new FolderCacheOptions { Target = _cache.ParseTarget(Place) },
        var type when type == typeof(CacheImportOptions) => new CacheImportOptions(),
        var type when type == typeof(StepRunOptions) => new StepRunOptions(),
        var type when type == typeof(int) => 1,
        var type when type == typeof(BuildSessionOptions) => new BuildSessionOptions(),
        var type when type == typeof(IReadOnlyList<(string SourcePath, string LayerPath)>) => new[] { (_folder["from"], "") },
        var type when type == typeof(Func<CancellationToken, Task>) => (CancellationToken _) => Task.CompletedTask,
        var type when type.IsValueType => Activator.CreateInstance(type),
        _ => null,
    };
}
