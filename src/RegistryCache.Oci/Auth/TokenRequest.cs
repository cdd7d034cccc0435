using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Auth;

/// <summary>Identifies a token. A token is valid only for its registry, realm, service, scope and credential.</summary>
internal sealed record TokenRequest(string Registry, Uri Realm, string Service, ScopeSet Scopes, RegistryCredential? Credential)
{
    public override string ToString() => $"token for {Registry} ({Scopes})";
}
