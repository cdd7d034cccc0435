using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>What a credential helper prints.</summary>
internal sealed class HelperAnswer
{
    [JsonPropertyName("ServerURL")]
    public string? ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}
