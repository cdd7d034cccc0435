using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>One entry of <c>DOCKER_AUTH_CONFIG</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class DockerAuthConfigEntry
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }
}
