using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>A cache in an archive, to write.</summary>
internal sealed record ZipCacheTarget(string File, string Tag) : CacheTarget
{
    public override string Type => ZipStores.TypeName;

    public override IReadOnlyList<CachePlace> Places => [new CachePlace(new ZipLocation(File), Tag)];

    public override CacheSource ToSource() => new ZipCacheSource(File, Tag);

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() => ZipParameters.Print(File, Tag);
}
