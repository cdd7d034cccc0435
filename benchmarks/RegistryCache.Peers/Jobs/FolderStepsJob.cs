using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>Saves a folder again after a part of it has changed, as a CI job does, against tar with zstd, which is what a CI cache does.
/// Every run is one step. The output is what the step stored.</summary>
internal sealed class FolderStepsJob(double scale, Tools tools) : IJob
{
    private const int ChangedPerMille = 10;

    public string Name => "folders";

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"save a folder of {1000 * scale:F0} MB after {ChangedPerMille / 10.0:F0} % of its files changed, zstd, to a local directory");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        FolderData.Write(folder, (long)(1e9 * scale));
        var random = new Random(1);

        // The first program of each turn changes the files, so that all of them save the same step.
        List<Case> cases = [await Ours("ours, native", tools.Native, Change), await Ours("ours, managed", tools.Managed)];
        if (await tools.HasAsync("zstd"))
        {
            var tar = Path.Combine(directory, "folder.tar");
            var packing = Command.Shell("tar -C \"$1\" -cf - . | zstd -3 -T2 -q -f -o \"$2\"", folder, tar);
            cases.Add(new Case("tar | zstd -3 -T2", Role.Peer, packing)
            { After = () => new FileInfo(tar).Length });
        }

        return new PreparedJob(cases);

        async Task<Case> Ours(string program, string tool, Func<Task>? change = null)
        {
            var place = Path.Combine(directory, Path.GetRandomFileName());
            var save = Command.Of(tool, "save", "--key", "steps", "--path", folder, "--to", $"type=local,dest={place}");
            await save.RunAsync();
            var before = 0L;
            return new Case(program, Role.Ours, save)
            {
                Before = async () =>
                {
                    if (change is not null)
                        await change();
                    before = Bytes(place);
                },
                After = () => Bytes(place) - before,
            };
        }

        async Task Change()
        {
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
            for (var i = 0; i < files.Length * ChangedPerMille / 1000; i++)
                await File.AppendAllTextAsync(files[random.Next(files.Length)], "changed");
        }
    }

    private static long Bytes(string directory) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
