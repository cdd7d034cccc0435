using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>Saves a folder in which nothing has changed, without and with a local state, against its first save.</summary>
internal sealed class FolderAgainJob(double scale, Tools tools) : IJob
{
    private const int Files = 50_000;

    public string Name => "folders-again";

    public string Description => string.Create(
        CultureInfo.InvariantCulture, $"save {Files * scale:F0} unchanged files, 1 GB times the scale, to a local directory");

    public Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        FolderData.WriteMany(folder, (int)(Files * scale));
        var (first, again) = (Path.Combine(directory, "first"), Path.Combine(directory, "again"));
        string[] state = ["--state", Path.Combine(directory, "states")];
        return Task.FromResult(new PreparedJob(
        [
            new Case("first save", Role.Peer, Save(first)) { Before = () => Emptied.Remove(first) },
            new Case("unchanged", Role.Ours, Save(again)) { Before = () => Save(again).RunAsync() },
            new Case("unchanged, with --state", Role.Ours, Save(again, state)) { Before = () => Save(again, state).RunAsync() },
        ]));

        Command Save(string place, params string[] options) => Command.Of(
            [tools.Native, "save", "--key", "again", "--path", folder, "--to", $"type=local,dest={place}", .. options]);
    }
}
