using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>The output of a credential helper.</summary>
internal sealed class HelperAnswer
{
    [JsonPropertyName("ServerURL")]
    public string? ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}
