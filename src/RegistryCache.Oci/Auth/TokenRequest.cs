using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Auth;

/// <summary>What identifies a token: a token for one registry, realm, service, scope and credential is good for nothing else.</summary>
internal sealed record TokenRequest(string Registry, Uri Realm, string Service, ScopeSet Scopes, RegistryCredential? Credential)
{
    public override string ToString() => $"token for {Registry} ({Scopes})";
}
