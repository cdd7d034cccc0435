namespace RegistryCache;

/// <summary>A cache inside the image that is built: <c>type=inline</c>. Understood so that a caller can tell; only an image builder can write one.</summary>
public sealed record InlineCacheTarget : CacheTarget
{
    private protected override string Type => "inline";

    private protected override IEnumerable<KeyValuePair<string, string>> PlaceAttributes() => [];
}
