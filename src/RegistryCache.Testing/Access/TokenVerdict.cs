namespace RegistryCache.Testing.Access;

/// <summary>What a token is worth for a request.</summary>
internal enum TokenVerdict
{
    Allowed,
    Unknown,
    LacksScope,
}
