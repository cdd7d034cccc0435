using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>The output of a credential helper.</summary>
internal sealed class HelperAnswer
{
    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}
