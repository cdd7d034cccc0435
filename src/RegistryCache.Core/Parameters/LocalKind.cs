using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary><c>type=local</c>. Source: BuildKit cache/remotecache/local, client/solve.go.</summary>
internal sealed class LocalKind : ICacheKind
{
    public string Name => LocalCacheSource.TypeName;

    public IReadOnlyList<string> SourceKeys { get; } = ["src", "tag", "digest"];

    public IReadOnlyList<string> TargetKeys { get; } = ["dest", "tag", "reset"];

    public CacheSource ReadSource(CacheParameterReader parameters) => new LocalCacheSource(parameters.Required("src", "DIRECTORY"))
    {
        Tag = parameters.Has("tag") ? Tag(parameters, mayBeEmpty: false) : null,
        Digest = parameters.Digest("digest"),
    };

    public CacheTarget ReadTarget(CacheParameterReader parameters) => new LocalCacheTarget(parameters.Required("dest", "DIRECTORY"))
    {
        Tag = Tag(parameters, mayBeEmpty: parameters.BuildxCompatible),
        Reset = parameters.Boolean("reset") ?? false,
    };

    private static string Tag(CacheParameterReader parameters, bool mayBeEmpty) =>
        parameters.Text("tag", CachePlace.DefaultTag) is { } tag && (tag.Length > 0 || mayBeEmpty)
        ? tag
        : throw parameters.Error("tag", "tag is empty, so no import can find the cache; omit tag for 'latest'");
}
