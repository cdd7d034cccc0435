namespace RegistryCache;

/// <summary>What happens to the set-user-id and set-group-id bits of a mode.</summary>
public enum SetIdPolicy
{
    /// <summary>They are cleared. The default.</summary>
    Strip = 0,

    /// <summary>An entry with one of them is an error.</summary>
    Refuse = 1,

    /// <summary>They are kept.</summary>
    Keep = 2,
}
