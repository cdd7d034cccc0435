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

/// <summary>One entry of <c>auths</c>.</summary>
internal sealed class DockerAuthEntry
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonPropertyName("registrytoken")]
    public string? RegistryToken { get; init; }
}

/// <summary>The value of <c>DOCKER_AUTH_CONFIG</c>: nothing but <c>auths</c> with nothing but <c>auth</c>; anything else is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class DockerAuthConfigDocument
{
    [JsonPropertyName("auths")]
    public Dictionary<string, DockerAuthConfigEntry?>? Auths { get; init; }
}

/// <summary>One entry of <c>DOCKER_AUTH_CONFIG</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class DockerAuthConfigEntry
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }
}

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

[JsonSerializable(typeof(DockerConfigDocument))]
[JsonSerializable(typeof(DockerAuthConfigDocument))]
[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class CredentialsJsonContext : JsonSerializerContext;
