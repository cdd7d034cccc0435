using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary><c>type=inline</c>. Source: BuildKit cache/remotecache/inline.</summary>
internal sealed class InlineKind : ICacheKind
{
    public string Name => InlineCacheTarget.TypeName;

    public IReadOnlyList<string> SourceKeys => [];

    public IReadOnlyList<string> TargetKeys => [];

    public bool TakesExportKeys => false;

    public CacheSource ReadSource(CacheParameterReader parameters) =>
        throw parameters.Error("type", "An inline cache is read with type=registry,ref=<image>; type=inline is only for --cache-to");

    public CacheTarget ReadTarget(CacheParameterReader parameters) => new InlineCacheTarget();
}
