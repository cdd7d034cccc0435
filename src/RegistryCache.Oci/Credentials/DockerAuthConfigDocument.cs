using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

/// <summary>The value of <c>DOCKER_AUTH_CONFIG</c>: nothing but <c>auths</c> with nothing but <c>auth</c>; anything else is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class DockerAuthConfigDocument
{
    [JsonPropertyName("auths")]
    public Dictionary<string, DockerAuthConfigEntry?>? Auths { get; init; }
}
