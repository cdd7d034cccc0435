namespace RegistryCache.Core.Parameters;

/// <summary>Entry → source. Source: BuildKit cache/remotecache/{registry,local}, client/solve.go.</summary>
internal static class CacheSourceBinder
{
    private static readonly string[] Types = ["registry", "local"];
    private static readonly string[] RegistryKeys = ["ref", "registry.insecure"];
    private static readonly string[] LocalKeys = ["src", "tag", "digest"];

    public static CacheSource Bind(CacheEntry entry, CacheParameterOptions options)
    {
        var reader = new AttributeReader(entry, options);
        return entry.Type switch
        {
            "registry" => Registry(reader),
            "local" => Local(reader),
            "inline" => throw Type(entry, "An inline cache is read with type=registry,ref=<image>; type=inline is only for --cache-to", null),
            _ when OtherCacheTypes.Explain(entry.Type) is { } known => throw Type(entry, known, null),
            _ => throw Type(entry, $"'{ErrorText.Quote(entry.Type)}' is not a type that can be imported", NearestName.Of(entry.Type, Types)),
        };
    }

    private static RegistryCacheSource Registry(AttributeReader reader)
    {
        reader.CheckKeys(RegistryKeys, CacheTargetBinder.RegistryKeys, "it belongs to --cache-to");
        reader.Required("ref", "REFERENCE");
        return new RegistryCacheSource(reader.Reference("ref")) { Insecure = reader.Boolean("registry.insecure", absent: false) };
    }

    private static LocalCacheSource Local(AttributeReader reader)
    {
        reader.CheckKeys(LocalKeys, CacheTargetBinder.LocalKeys, "it belongs to --cache-to");
        var source = new LocalCacheSource(reader.Required("src", "DIRECTORY")) { Tag = reader.Text("tag", "latest") };
        if (source.Tag.Length == 0)
            throw reader.AtValue("tag", "tag is empty; leave it out for 'latest'");
        if (!reader.Has("digest"))
            return source;
        return Digest.TryParse(reader.Text("digest", ""), out var digest)
            ? source with { Digest = digest }
            : throw reader.AtValue("digest", "digest is not sha256:… with 64 lower-case hexadecimal digits");
    }

    private static CacheParameterException Type(CacheEntry entry, string problem, string? suggestion) =>
        new(problem, entry.Text, entry.TypePosition, entry.Type.Length, "type", suggestion);
}
