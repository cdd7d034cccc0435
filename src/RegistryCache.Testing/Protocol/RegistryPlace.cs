namespace RegistryCache.Testing.Protocol;

/// <summary>Where the registry is reached.</summary>
internal sealed record RegistryPlace(string Scheme, string Host, string StorageHost)
{
    public string Url => $"{Scheme}://{Host}";

    public string StorageUrl => $"{Scheme}://{StorageHost}";
}
