using RegistryCache.Storage;

namespace RegistryCache.Core.Healing;

/// <summary>The place that a source names, as the target of a rewrite that keeps the form of its manifest.</summary>
internal sealed record PlaceTarget : CacheTarget
{
    private readonly CacheSource _source;

    public PlaceTarget(CacheSource source, CacheManifestForm form)
    {
        _source = source;
        OciMediaTypes = form != CacheManifestForm.DockerManifestList;
        ImageManifest = form == CacheManifestForm.ImageManifest;
    }

    public override string Type => _source.Type;

    public override IReadOnlyList<CachePlace> Places => [_source.Place];

    public override CacheSource ToSource() => _source;

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() => [new("place", _source.Place.Location.Name)];
}
