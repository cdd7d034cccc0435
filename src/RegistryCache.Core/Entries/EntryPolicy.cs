namespace RegistryCache;

/// <summary>What happens to an entry of a layer, or to a part of one, that is rarely wanted: a device, a set-id bit.</summary>
public enum EntryPolicy
{
    /// <summary>It is an error.</summary>
    Refuse = 0,

    /// <summary>It is skipped; the report says so.</summary>
    Skip = 1,

    /// <summary>It is kept. Restoring a device needs root.</summary>
    Keep = 2,
}
