using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;
using RegistryCache.Peers.Servers;

namespace RegistryCache.Peers.Jobs;

/// <summary>
/// End to end: files become a layer in the registry. buildx builds an image that only copies the files, and exports its cache. Its time
/// includes sending the files to the engine and the copy, so the same build without an export is a row too: the difference is the export.
/// The engine does the work, so the processor time of buildx says nothing.
/// </summary>
internal sealed class BuildxJob(string name, string compression, double scale, Tools tools) : IJob
{
    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"a folder of {1000 * scale:F0} MB to the registry, {compression}; subtract from buildx its row without an export");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var (context, folder) = FolderData.WriteContext(directory, (long)(1e9 * scale));
        var registry = await RegistryProcess.StartAsync(directory, certificate: null);
        var host = $"127.0.0.1:{registry.Port}";
        var export = $"type=registry,ref={host}/measured/end:latest,mode=max,compression={compression},force-compression=true";
        List<Case> cases = [Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)];
        var engine = await DockerEngine.TryStartAsync(tools, Path.Combine(directory, "engine"), host, oldest: compression == "estargz");
        if (engine is not null)
        {
            string[] build = ["buildx", "build", "--no-cache", "--progress", "quiet", "--output", "type=cacheonly"];
            var exporting = engine.Docker([.. build, "--cache-to", export, context]);
            cases.Add(new Case("docker buildx", Role.Peer, exporting) { Before = Clear });
            cases.Add(new Case("docker buildx without an export", Role.Limit, engine.Docker([.. build, context])));
        }

        return new PreparedJob(cases, engine, registry);

        Case Ours(string program, string tool) =>
            new(program, Role.Ours, Command.Of(tool, "save", "--key", "measured", "--path", folder, "--to", export)) { Before = Clear };

        Task Clear()
        {
            registry.Clear();
            return Task.CompletedTask;
        }
    }
}
