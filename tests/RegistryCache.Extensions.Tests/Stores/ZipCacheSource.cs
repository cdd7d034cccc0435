using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>A cache in an archive, to read.</summary>
internal sealed record ZipCacheSource(string File, string Tag) : CacheSource
{
    public override string Type => ZipStores.TypeName;

    public override CachePlace Place => new(new ZipLocation(File), Tag);

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() => ZipParameters.Print(File, Tag);
}
