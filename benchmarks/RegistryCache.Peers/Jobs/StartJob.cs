using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>How long our tool needs for work that is next to nothing.</summary>
internal sealed class StartJob(string name, bool inspects, Tools tools) : IJob
{
    public string Name => name;

    public string Description => inspects ? "inspect a cache of three small layers in a directory" : "print the version";

    public Task<PreparedJob> PrepareAsync(string directory)
    {
        CacheLayout.Write(directory, new CacheData("few", 3, 1024, 4096));
        return Task.FromResult(new PreparedJob([Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)]));

        Case Ours(string program, string tool) =>
            new(program, Role.Ours, inspects ? Command.Of(tool, "inspect", $"type=local,src={directory}") : Command.Of(tool, "--version"));
    }
}
