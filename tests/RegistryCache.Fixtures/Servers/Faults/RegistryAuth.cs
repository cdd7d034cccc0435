namespace RegistryCache.Fixtures.Servers.Faults;

public enum RegistryAuth
{
    None,
    Basic,
    Token,
}
