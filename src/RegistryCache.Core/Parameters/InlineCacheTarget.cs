using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>A cache inside the image that is built: <c>type=inline</c>. Parsed, but only an image builder writes one.</summary>
internal sealed record InlineCacheTarget : CacheTarget
{
    internal const string TypeName = "inline";

    public override string Type => TypeName;

    public override IReadOnlyList<CachePlace> Places => [];

    public override CacheSource ToSource() => throw new RegistryCacheException(
        RegistryCacheErrorCode.InvalidOptions, "An inline cache is part of an image. Read it with type=registry,ref=<image>.");

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() => [];
}
