using System.Globalization;
using System.Text.Json;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>Saves one folder after another in the same place: the states of a real folder, as one CI job after another sees them. Every run
/// is one step. The output is all that the steps have stored, and a line for each step says more.</summary>
internal sealed class FolderHistoryJob(string history, Tools tools) : IJob
{
    private const string Password = "measured";

    private readonly string[] _states = [.. Directory.GetDirectories(history).Order(StringComparer.Ordinal)];

    public string Name => "history";

    public string Description => $"save {_states.Length} states of {Path.GetFileName(history)}, one after another";

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Path.Combine(directory, "folder");
        await CopyAsync(_states[0], folder);
        var step = 0;
        List<Case> cases = [await OursAsync()];
        if (await tools.HasAsync("zstd"))
        {
            cases.Add(Peer("tar | zstd -3 -T2", Command.Shell(
                "tar -C \"$1\" -cf - . | zstd -3 -T2 -q > \"$2/$(date +%s%N)\"", folder, Place("tar"))));
        }

        if (await tools.HasAsync("casync"))
        {
            var store = Place("casync");
            cases.Add(Peer("casync", Command.Shell(
                "casync make --compression=zstd --store=\"$2/store.castr\" \"$2/$(date +%s%N).caidx\" \"$1\"", folder, store)));
        }

        if (await tools.HasAsync("restic", "version"))
        {
            var store = Place("restic");
            var environment = new Dictionary<string, string> { ["RESTIC_PASSWORD"] = Password, ["RESTIC_REPOSITORY"] = store };
            await new Command(["restic", "init", "--quiet"], environment).RunAsync();
            cases.Add(Peer("restic", new Command(["restic", "backup", "--quiet", folder], environment), store));
        }

        foreach (var peer in cases.Skip(1))
            await peer.Command.RunAsync();
        return new PreparedJob(cases);

        string Place(string name) => Directory.CreateDirectory(Path.Combine(directory, name)).FullName;

        async Task<Case> OursAsync()
        {
            var place = Place("ours");
            var save = Command.Of(tools.Native, "save", "--key", "history", "--path", folder, "--to", $"type=local,dest={place}");
            await save.RunAsync();
            var (before, changed) = (0L, 0L);
            return new Case("ours, native", Role.Ours, save)
            {
                Before = async () =>
                {
                    // The first program of each turn brings the next state, so that all of them save the same one.
                    var (last, next) = (_states[Math.Min(step, _states.Length - 1)], _states[Math.Min(++step, _states.Length - 1)]);
                    changed = await ChangedAsync(last, next, Path.Combine(directory, "changed"));
                    await CopyAsync(next, folder);
                    before = Bytes(place);
                },
                After = () =>
                {
                    var (layers, cold) = Chain(place);
                    Console.Error.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {step}: changed {changed}, stored {Bytes(place) - before}, a cold restore {cold} in {layers} layers"));
                    return Bytes(place);
                },
            };
        }

        Case Peer(string program, Command command, string? place = null)
        {
            place ??= command.Arguments[^1];
            return new Case(program, Role.Peer, command) { After = () => Bytes(place) };
        }
    }

    private static Task CopyAsync(string state, string folder) =>
        Command.Shell("rm -rf \"$2\" && cp -a \"$1\" \"$2\"", state, folder).RunAsync();

    /// <summary>The length of a compressed tar of the files that are new or different.</summary>
    private static async Task<long> ChangedAsync(string before, string after, string scratch)
    {
        var changed = Directory.GetFiles(after, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(after, file))
            .Where(file => !IsSame(new FileInfo(Path.Combine(before, file)), new FileInfo(Path.Combine(after, file))));
        await File.WriteAllLinesAsync(scratch, changed);
        await Command.Shell("tar -C \"$1\" -cf - --verbatim-files-from -T \"$2\" | zstd -3 -q > \"$2.zst\"", after, scratch).RunAsync();
        return new FileInfo(scratch + ".zst").Length;
    }

    private static bool IsSame(FileInfo one, FileInfo other) => one.Exists && one.Length == other.Length
        && File.ReadAllBytes(one.FullName).AsSpan().SequenceEqual(File.ReadAllBytes(other.FullName));

    // The tag has one key, so its layers are the chain of that key.
    private static (int Layers, long Bytes) Chain(string place)
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(place, "index.json")));
        var digest = index.RootElement.GetProperty("manifests").EnumerateArray().Last().GetProperty("digest").GetString()!;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(place, "blobs", "sha256", digest["sha256:".Length..])));
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("size").GetInt64()).ToList();
        return (layers.Count, layers.Sum());
    }

    private static long Bytes(string directory) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
