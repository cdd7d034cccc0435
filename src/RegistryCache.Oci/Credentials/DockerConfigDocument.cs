using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>The members of Docker's <c>config.json</c> that concern credentials.</summary>
internal sealed class DockerConfigDocument
{
    [JsonPropertyName("auths")]
    public Dictionary<string, DockerAuthEntry?>? Auths { get; init; }

    [JsonPropertyName("credsStore")]
    public string? CredsStore { get; init; }

    [JsonPropertyName("credHelpers")]
    public Dictionary<string, string?>? CredHelpers { get; init; }
}
