using System.Globalization;
using System.Text.Json;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>Restores a folder in which one file has changed on a machine that knows what lies there, against an empty folder. The output is
/// what was fetched.</summary>
internal sealed class FolderWarmJob(double scale, Tools tools) : IJob
{
    private const int Files = 50_000;

    public string Name => "folders-warm";

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"restore {Files * scale:F0} files of which one has changed, 1 GB times the scale, from a local directory");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        FolderData.WriteMany(folder, (int)(Files * scale));
        var (place, report) = (Path.Combine(directory, "saved"), Path.Combine(directory, "report"));
        await SaveAsync("k0");
        var changed = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        await File.AppendAllTextAsync(changed, "changed");
        await SaveAsync("k1");
        var (cold, warm) = (Path.Combine(directory, "cold"), Path.Combine(directory, "warm"));
        string[] state = ["--state", Path.Combine(directory, "states")];
        return new PreparedJob(
        [
            new Case("into an empty folder", Role.Peer, Restore("k1", cold)) { Before = () => Emptied.Remove(cold), After = Fetched },
            new Case("warm, with --state", Role.Ours, Restore("k1", warm, state))
            { Before = async () => await Restore("k0", warm, state).RunAsync(), After = Fetched },
        ]);

        Task SaveAsync(string key) =>
            Command.Of(tools.Native, "save", "--key", key, "--path", folder, "--to", $"type=local,dest={place}").RunAsync();

        Command Restore(string key, string into, params string[] options) => Command.Shell(
            "report=\"$1\"; shift; \"$@\" > \"$report\"",
            [
                report, tools.Native, "restore", "--key", key, "--from", $"type=local,src={place}", "--into", into,
                "--format", "json", .. options,
            ]);

        long? Fetched()
        {
            using var json = JsonDocument.Parse(File.ReadAllText(report));
            return json.RootElement.GetProperty("bytesFetched").GetInt64();
        }
    }
}
