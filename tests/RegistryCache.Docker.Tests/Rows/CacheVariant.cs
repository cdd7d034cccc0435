namespace RegistryCache.Docker.Tests.Rows;

/// <summary>One way to write a cache: mode, manifest form and layer codec.</summary>
/// <param name="Mode"><c>min</c> or <c>max</c>.</param>
/// <param name="Form"><c>image</c>, <c>index</c> or <c>docker</c>.</param>
/// <param name="Codec">The value of <c>compression</c>.</param>
internal sealed record CacheVariant(string Mode, string Form, string Codec)
{
    public static readonly string[] Forms = ["image", "index", "docker"];
    public static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];

    /// <summary>All combinations that have media types of their own: zstd and estargz need those of OCI.</summary>
    public static IEnumerable<CacheVariant> All(string mode) =>
        from form in Forms
        from codec in Codecs
        where form != "docker" || codec is "gzip" or "uncompressed"
        select new CacheVariant(mode, form, codec);

    /// <summary>The parameters that make this variant, without the question of force.</summary>
    public string Parameters => $"mode={Mode},compression={Codec}," + Form switch
    {
        "image" => "oci-mediatypes=true,image-manifest=true",
        "index" => "oci-mediatypes=true,image-manifest=false",
        _ => "oci-mediatypes=false,image-manifest=false",
    };

    public string Tag => $"{Mode}-{Form}-{Codec}";

    /// <summary>What <c>inspect</c> calls the form.</summary>
    public string InspectedForm => Form switch
    {
        "image" => "image-manifest",
        "index" => "oci-index",
        _ => "docker-manifest-list",
    };

    /// <summary>How the layers' media types end.</summary>
    public string MediaTypeEnd => (Form, Codec) switch
    {
        ("docker", "uncompressed") => "image.rootfs.diff.tar",
        ("docker", "gzip") => "image.rootfs.diff.tar.gzip",
        (_, "uncompressed") => "image.layer.v1.tar",
        (_, "zstd") => "image.layer.v1.tar+zstd",
        _ => "image.layer.v1.tar+gzip",
    };

    public override string ToString() => Tag;
}
