using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>One program in one job.</summary>
/// <param name="Program">Its name in the table.</param>
/// <param name="Role">What it is in the comparison.</param>
/// <param name="Command">What is measured.</param>
internal sealed record Case(string Program, Role Role, Command Command)
{
    /// <summary>Runs before each measured run, and is not measured.</summary>
    public Func<Task> Before { get; init; } = () => Task.CompletedTask;

    /// <summary>
    /// Runs after each measured run, and is not measured: checks what the program did, and throws if it is not complete.
    /// Returns the size of
    /// the output if that is of interest.
    /// </summary>
    public Func<long?> After { get; init; } = () => null;
}
