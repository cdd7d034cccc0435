using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;
using RegistryCache.Peers.Servers;

namespace RegistryCache.Peers.Jobs;

/// <summary>
/// End to end, the other way: layers in the registry become files. The peer pulls an image that has only this folder, and unpacks it. The
/// engine does the work, so the processor time of docker says nothing.
/// </summary>
internal sealed class DockerPullJob(string name, string compression, double scale, Tools tools) : IJob
{
    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture, $"a folder of {1000 * scale:F0} MB from the registry to files, {compression}");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var (context, folder) = FolderData.WriteContext(directory, (long)(1e9 * scale));
        var registry = await RegistryProcess.StartAsync(directory, certificate: null);
        var host = $"127.0.0.1:{registry.Port}";
        var cache = $"type=registry,ref={host}/measured/folder:latest,mode=max,compression={compression},force-compression=true";
        await Command.Of(tools.Native, "save", "--key", "measured", "--path", folder, "--to", cache).RunAsync();
        var restored = Path.Combine(directory, "restored");
        List<Case> cases = [Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)];
        var engine = await DockerEngine.TryStartAsync(tools, Path.Combine(directory, "engine"), host);
        if (engine is not null)
        {
            var image = $"{host}/measured/image:latest";
            var output = $"type=image,name={image},push=true,compression={compression},force-compression=true";
            try
            {
                await engine.Docker("buildx", "build", "--progress", "quiet", "--output", output, context).RunAsync();
            }
            catch (ProgramFailedException)
            {
                await new PreparedJob([], engine, registry).DisposeAsync();
                throw;
            }

            cases.Add(new Case("docker pull", Role.Peer, engine.Docker("pull", "--quiet", image)) { Before = ForgetAsync });

            // The image and the cache of the build share their layer: both must go, or nothing is left to unpack.
            async Task ForgetAsync()
            {
                await engine.Docker("image", "rm", "--force", image).RunAsync();
                await engine.Docker("buildx", "prune", "--all", "--force").RunAsync();
            }
        }

        return new PreparedJob(cases, engine, registry);

        Case Ours(string program, string tool)
        {
            var from = $"type=registry,ref={host}/measured/folder:latest";
            return new Case(program, Role.Ours, Command.Of(tool, "restore", "--key", "measured", "--from", from, "--into", restored))
            { Before = () => Emptied.Remove(restored) };
        }
    }
}
