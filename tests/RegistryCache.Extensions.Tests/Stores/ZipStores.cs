using System.Collections.Concurrent;
using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>The kind of cache <c>type=zip,file=…,tag=…</c>: what a package of somebody else adds.</summary>
#region provider
internal sealed class ZipStores : ICacheStoreProvider, ICacheKind
{
    public const string TypeName = "zip";

    private readonly ConcurrentDictionary<string, ZipContentStore> _stores = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ICacheKind> Kinds => [this];

    public string Name => TypeName;

    public IReadOnlyList<string> SourceKeys { get; } = ["file", "tag"];

    public IReadOnlyList<string> TargetKeys { get; } = ["file", "tag"];

    public CacheSource ReadSource(CacheParameterReader parameters) =>
        new ZipCacheSource(parameters.Required("file", "FILE"), parameters.Text("tag", CachePlace.DefaultTag));

    public CacheTarget ReadTarget(CacheParameterReader parameters) =>
        new ZipCacheTarget(parameters.Required("file", "FILE"), parameters.Text("tag", CachePlace.DefaultTag));

    public IContentStore? Open(CacheLocation location) => location is ZipLocation zip
        ? _stores.GetOrAdd(Path.GetFullPath(zip.File), path => new ZipContentStore(path))
        : null;

    public ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
            store.Dispose();
        return ValueTask.CompletedTask;
    }
}
#endregion
