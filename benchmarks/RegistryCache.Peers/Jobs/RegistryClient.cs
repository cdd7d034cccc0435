using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>One program that moves a cache between an OCI layout directory and a registry.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Role">What it is in the comparison.</param>
/// <param name="Push">Pushes the directory (1) to the reference (2), over plain HTTP or not (3).</param>
/// <param name="Pull">Pulls the reference (2) to the directory (1), which does not exist.</param>
internal sealed record RegistryClient(string Name, Role Role,
    Func<string, string, bool, string[]> Push, Func<string, string, bool, string[]> Pull);
