namespace RegistryCache.Core.Snapshots;

/// <summary>What happens to what the folder holds already.</summary>
public enum ExistingContent
{
    /// <summary>It is the bottom layer: what the layers neither replace nor delete stays. The default.</summary>
    Keep = 0,

    /// <summary>It goes: afterwards the folder holds what the layers say, and nothing else.</summary>
    Replace = 1,
}
