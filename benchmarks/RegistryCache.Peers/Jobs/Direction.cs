namespace RegistryCache.Peers.Jobs;

/// <summary>Which way a cache goes.</summary>
internal enum Direction
{
    /// <summary>To an empty registry.</summary>
    Push,

    /// <summary>To a registry that has it already, under the same tag.</summary>
    Again,

    /// <summary>From the registry to a new directory.</summary>
    Pull,
}
