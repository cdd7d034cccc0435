namespace RegistryCache;

/// <summary>What happens to a character or block device.</summary>
public enum SpecialFilePolicy
{
    /// <summary>It is an error. The default.</summary>
    Refuse = 0,

    /// <summary>It is left out; the report names it.</summary>
    Skip = 1,

    /// <summary>It is kept. Restoring it needs root.</summary>
    Keep = 2,
}
