namespace RegistryCache.Peers.Reports;

/// <summary>What a program is in the comparison.</summary>
internal enum Role
{
    /// <summary>Our tool.</summary>
    Ours,

    /// <summary>A program that does the same work.</summary>
    Peer,

    /// <summary>A program that does less, for example without verification. It shows what the machine can do and is no peer.</summary>
    Limit,
}
