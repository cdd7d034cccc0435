namespace RegistryCache.Core.Parameters;

/// <summary>Entry → target. The checks come in BuildKit's order. Source: BuildKit cache/remotecache/{registry,local,inline}, util/compression/attrs.go, control/control.go.</summary>
internal static class CacheTargetBinder
{
    private static readonly string[] Types = ["registry", "local", "inline"];
    private static readonly string[] CommonKeys =
        ["mode", "oci-mediatypes", "image-manifest", "compression", "compression-level", "force-compression", "ignore-error"];

    public static readonly string[] RegistryKeys = ["ref", "registry.insecure", "dest", .. CommonKeys];
    public static readonly string[] LocalKeys = ["dest", "tag", "reset", .. CommonKeys];

    public static CacheTarget Bind(CacheEntry entry, CacheParameterOptions options)
    {
        var reader = new AttributeReader(entry, options);
        switch (entry.Type)
        {
            case "registry":
                return Registry(reader);
            case "local":
                return Local(reader);
            case "inline":
                reader.CheckKeys([], [], "");
                return new InlineCacheTarget();
            default:
                throw new CacheParameterException(
                    OtherCacheTypes.Explain(entry.Type) ?? $"'{ErrorText.Quote(entry.Type)}' is not a type that can be exported",
                    entry.Text, entry.TypePosition, entry.Type.Length, "type",
                    OtherCacheTypes.Explain(entry.Type) is null ? NearestName.Of(entry.Type, Types) : null);
        }
    }

    private static RegistryCacheTarget Registry(AttributeReader reader)
    {
        reader.CheckKeys(RegistryKeys, ["src", "digest", "tag", "reset"], "it belongs to type=local");
        var directory = reader.Options.BuildxCompatible || !reader.Has("dest") ? null : reader.Required("dest", "DIRECTORY");
        if (directory is null || reader.Has("ref"))
            reader.Required("ref", "REFERENCE");
        var common = Compression(reader, new RegistryCacheTarget((ImageReference?)null));
        var reference = reader.Has("ref") ? reader.Reference("ref") : null;
        if (reference?.Digest is not null)
            throw reader.AtValue("ref", "ref names a digest; an export writes a tag, so give name:tag only");
        var target = (RegistryCacheTarget)Media(reader, common);
        return target with
        {
            Reference = reference,
            Directory = directory,
            Insecure = reader.Boolean("registry.insecure", absent: false),
        };
    }

    private static LocalCacheTarget Local(AttributeReader reader)
    {
        reader.CheckKeys(LocalKeys, ["src", "digest"], "it belongs to --cache-from");
        var directory = reader.Required("dest", "DIRECTORY");
        var target = (LocalCacheTarget)Media(reader, Compression(reader, new LocalCacheTarget(directory)));
        target = target with { Tag = reader.Text("tag", "latest"), Reset = reader.Boolean("reset", absent: false) };
        if (target.Tag.Length == 0 && !reader.Options.BuildxCompatible)
            throw reader.AtValue("tag", "tag is empty, and no import could name it; leave it out for 'latest'");
        return target;
    }

    private static CacheTarget Compression(AttributeReader reader, CacheTarget target)
    {
        var compression = reader.Compression("compression");
        return target with
        {
            Compression = compression,
            ForceCompression = reader.Boolean("force-compression", absent: false, empty: true),
            CompressionLevel = reader.Level("compression-level", compression),
        };
    }

    private static CacheTarget Media(AttributeReader reader, CacheTarget target)
    {
        target = target with
        {
            OciMediaTypes = reader.Boolean("oci-mediatypes", absent: true),
            ImageManifest = reader.OptionalBoolean("image-manifest"),
            Mode = reader.Mode("mode"),
            IgnoreError = reader.LenientBoolean("ignore-error"),
        };
        if (target.OciMediaTypes)
            return target;
        if (target.ImageManifest == true)
            throw reader.AtValue("image-manifest", "image-manifest=true contradicts oci-mediatypes=false: Docker has no such manifest");
        var needsOci = target.Compression == LayerCompression.Zstd || target.Compression == LayerCompression.EStargz;
        if (needsOci && !reader.Options.BuildxCompatible)
            throw reader.AtValue("compression", $"compression={target.Compression} contradicts oci-mediatypes=false: Docker has no media type for it");
        return target;
    }
}
