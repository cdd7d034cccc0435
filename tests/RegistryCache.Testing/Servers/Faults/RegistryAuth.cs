namespace RegistryCache.Testing.Servers.Faults;

public enum RegistryAuth
{
    None,
    Basic,
    Token,
}
