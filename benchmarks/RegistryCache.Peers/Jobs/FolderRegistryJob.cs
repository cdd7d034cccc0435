using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;
using RegistryCache.Peers.Servers;

namespace RegistryCache.Peers.Jobs;

/// <summary>The first save of a folder into a registry, or a full restore from it, against tar, zstd and curl with the same registry. The
/// peer computes the digest that the registry asks for, and verifies nothing of what it reads.</summary>
internal sealed class FolderRegistryJob(string name, bool saves, double scale, Tools tools, int? smallFiles = null) : IJob
{
    private const string Key = "measured";
    private const string Repository = "measured/folder";
    private const string Tag = "latest";

    private const string Push =
        """
        set -e
        digest=$(tar -C "$1" -cf - . | zstd -3 -T2 -q | tee "$2" | sha256sum | cut -c1-64)
        echo "$digest" > "$2.digest"
        place=$(curl -sS --fail -X POST -D - -o /dev/null "$3/blobs/uploads/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
        curl -sS --fail -o /dev/null -T "$2" "$place&digest=sha256:$digest"
        """;

    private const string Pull =
        """curl -sS --fail "$3/blobs/sha256:$(cat "$2.digest")" | zstd -dc -q | tar -C "$1" -xf -""";

    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{(saves ? "first save" : "full restore")} of {(smallFiles ?? 1000) * scale:F0} {(smallFiles is null ? "MB" : "small files")}, "
            + $"zstd, {(saves ? "to" : "from")} a registry");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        if (smallFiles is { } files)
            FolderData.WriteSmall(folder, (int)(files * scale));
        else
            FolderData.Write(folder, (long)(1e9 * scale));
        var restored = Path.Combine(directory, "restored");
        var registry = await RegistryProcess.StartAsync(directory, certificate: null);
        var place = $"127.0.0.1:{registry.Port}";
        var reference = $"ref={place}/{Repository}:{Tag}";
        var (tar, url) = (Path.Combine(directory, "folder.tar.zst"), $"http://{place}/v2/{Repository}");
        if (!saves)
        {
            await Save(tools.Native).RunAsync();
            await Command.Shell(Push, folder, tar, url).RunAsync();
        }

        List<Case> cases = [Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)];
        if (await tools.HasAsync("zstd") && await tools.HasAsync("curl"))
        {
            cases.Add(saves
                ? new Case("tar | zstd -3 -T2, curl", Role.Peer, Command.Shell(Push, folder, tar, url)) { Before = Clear }
                : new Case("curl | zstd -dc | tar", Role.Peer, Command.Shell(Pull, restored, tar, url)) { Before = () => Emptied.Renew(restored) });
        }

        return new PreparedJob(cases, registry);

        Case Ours(string program, string tool) => saves
            ? new Case(program, Role.Ours, Save(tool))
            {
                Before = Clear,
                After = () => registry.Holds(Repository, Tag)
                    ? null
                    : throw new ProgramFailedException("The registry does not have the tag."),
            }
            : new Case(
                program, Role.Ours, Command.Of(tool, "restore", "--key", Key, "--from", $"type=registry,{reference}", "--into", restored))
            { Before = () => Emptied.Renew(restored) };

        Command Save(string tool) => Command.Of(tool, "save", "--key", Key, "--path", folder, "--to", $"type=registry,{reference}");

        Task Clear()
        {
            registry.Clear();
            return Task.CompletedTask;
        }
    }
}
