using RegistryError = (string Code, string Message, string? Detail);

namespace RegistryCache.Oci.Http;

/// <summary>What to do about common refusals. The hint depends on the request and the answer, not on the host name.</summary>
internal static class ErrorHints
{
    public const string ProxyCredentials = "The proxy needs credentials or refused those it received: set Proxy.Credentials in the "
        + "client's options, or user:password@ in HTTP_PROXY or HTTPS_PROXY.";

    public static string? Find(RegistryRequest request, int status, IReadOnlyList<RegistryError> errors)
    {
        var isManifestPut = request.Method == HttpMethod.Put && request.Template.Contains("/manifests/", StringComparison.Ordinal);
        if (isManifestPut && status == 413)
            return "The manifest is larger than the registry accepts (often 4 MiB): use mode=min or split the cache over several tags.";
        if (Has(errors, "NAME_UNKNOWN") || (status == 404 && Mentions(errors, "repository") && request.Method != HttpMethod.Get))
            return "The repository does not exist and this registry does not create it on push (as on ECR): create the repository first.";
        if (isManifestPut && Has(errors, "MANIFEST_BLOB_UNKNOWN"))
            return "The registry has lost a blob that the manifest names, or it does not support the index form. 'heal' repairs a cache "
                + "that has lost a blob. Otherwise try image-manifest=true.";
        if (isManifestPut && status is 400 or 404 or 405 or 415 && request.Method == HttpMethod.Put
            && (Has(errors, "MANIFEST_INVALID") || Has(errors, "UNSUPPORTED") || Has(errors, "MANIFEST_UNKNOWN")
                || status is 404 or 405 or 415))
            return "The registry does not accept this form of manifest: try image-manifest=true and oci-mediatypes=true.";
        return status switch
        {
            401 => "The credentials are missing or wrong: log in to the registry, or check the credential provider.",
            403 => "The credentials do not have this permission on the repository, or the repository forbids it (immutable tags, "
                + "read-only).",
            407 => ProxyCredentials,
            429 => "The registry's rate limit is reached: log in, lower the number of parallel transfers, or wait.",
            413 => "The body is larger than the registry, or a proxy in front of it, accepts: use chunked uploads.",
            _ => null,
        };
    }

    private static bool Has(IReadOnlyList<RegistryError> errors, string code) =>
        errors.Any(error => string.Equals(error.Code, code, StringComparison.OrdinalIgnoreCase));

    private static bool Mentions(IReadOnlyList<RegistryError> errors, string word) =>
        errors.Any(error => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase)
            && error.Message.Contains("not exist", StringComparison.OrdinalIgnoreCase));
}
