namespace RegistryCache;

/// <summary>What happens when one layer holds a path twice. A directory may always come twice.</summary>
public enum DuplicateEntryPolicy
{
    /// <summary>The later entry replaces the earlier one, as tar has always done it. The default.</summary>
    LastWins = 0,

    /// <summary>It is an error.</summary>
    Refuse = 1,
}
