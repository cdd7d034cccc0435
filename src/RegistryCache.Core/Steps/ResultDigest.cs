namespace RegistryCache.Core.Steps;

/// <summary>The content digest of a result: the ChainID of its layers. For one layer that is the diffID, the digest of its tar; for more it
/// is the SHA-256 of the ChainID below, a space and the diffID on top. Source: OCI image-spec, config.md, "Layer ChainID".</summary>
internal static class ResultDigest
{
    public static Digest? Of(LayerChain? chain)
    {
        Digest? digest = null;
        foreach (var layer in chain?.ToLayers() ?? [])
        {
            if (layer.DiffId is not { } diffId)
                return null;
            digest = digest is null ? diffId : Digest.OfText($"{digest} {diffId}");
        }

        return digest;
    }
}
