using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>Saves or restores a folder in a directory, against tar with and without zstd.
/// Ours verifies and calls fsync; tar does neither.</summary>
internal sealed class FolderJob(string name, bool saves, string compression, double scale, Tools tools, int? smallFiles = null) : IJob
{
    private const string Key = "measured";

    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{(saves ? "save" : "restore")} a folder of {(smallFiles ?? 1000) * scale:F0} {(smallFiles is null ? "MB" : "small files")}, "
            + $"{compression}, {(saves ? "to" : "from")} a local directory");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        if (smallFiles is { } files)
            FolderData.WriteSmall(folder, (int)(files * scale));
        else
            FolderData.Write(folder, (long)(1e9 * scale));
        var (saved, restored) = (Path.Combine(directory, "saved"), Path.Combine(directory, "restored"));
        var tar = Path.Combine(directory, "folder.tar");
        var zstd = compression == "zstd";
        var packing = zstd ? Command.Shell("tar -C \"$1\" -cf - . | zstd -3 -T0 -q -f -o \"$2\"", folder, tar)
            : Command.Of("tar", "-C", folder, "-cf", tar, ".");
        if (!saves)
        {
            await packing.RunAsync();
            await Save(tools.Native, folder, saved).RunAsync();
            var target = $"type=local,dest={saved}2,mode=max,compression={compression},force-compression=true";
            await Command.Of(tools.Native, "copy", "--from", $"type=local,src={saved}", "--to", target).RunAsync();
            saved += "2";
        }

        var peer = saves ? packing
            : zstd ? Command.Shell("zstd -dc -q \"$1\" | tar -C \"$2\" -xf -", tar, restored)
            : Command.Of("tar", "-C", restored, "-xf", tar);
        List<Case> cases =
        [
            Ours("ours, native", tools.Native, folder, saved, restored), Ours("ours, managed", tools.Managed, folder, saved, restored),
            new Case(zstd && saves ? "tar | zstd -3 -T0" : zstd ? "zstd -dc | tar" : "tar", Role.Peer, peer)
            { Before = () => saves ? Task.CompletedTask : Emptied.Renew(restored) },
        ];
        if (zstd && !await tools.HasAsync("zstd"))
            cases.RemoveAt(cases.Count - 1);
        return new PreparedJob(cases);

        Case Ours(string program, string tool, string from, string place, string into) => new(
            program,
            Role.Ours,
            saves ? Save(tool, from, place)
                : Command.Of(tool, "restore", "--key", Key, "--from", $"type=local,src={place}", "--into", into))
        { Before = () => saves ? Emptied.Remove(saved) : Emptied.Renew(restored) };
    }

    private static Command Save(string tool, string folder, string place) =>
        Command.Of(tool, "save", "--key", Key, "--path", folder, "--to", $"type=local,dest={place}");
}
