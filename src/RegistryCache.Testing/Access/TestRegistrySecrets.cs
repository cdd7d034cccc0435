namespace RegistryCache.Testing.Access;

/// <summary>What every secret of the registry contains.</summary>
internal static class TestRegistrySecrets
{
    public const string Mark = "s3cr3t";
}
