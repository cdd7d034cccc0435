using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>
/// Compresses a tar, or decompresses it, against the programs that do only that. Ours is <c>copy</c> from one directory to another: it
/// verifies what it reads, and makes both digests of what it writes.
/// </summary>
internal sealed class CodecJob(string name, bool writes, string compression, double scale, Tools tools) : IJob
{
    private static readonly (string Program, string Compression, string Write, string Read)[] Peers =
    [
        ("pigz", "gzip", "-6 -c", "-dc"), ("gzip", "gzip", "-6 -c", "-dc"),
        ("igzip", "gzip", "-3 -c", "-dc"), ("zstd", "zstd", "-3 -T0 -q -c", "-dc -q"),
    ];

    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture, $"{(writes ? "compress" : "decompress")} a tar of {600 * scale:F0} MB, {compression}, to a file");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
        FolderData.Write(folder, (long)(600e6 * scale));
        var tar = Path.Combine(directory, "input.tar");
        var (plain, packed) = (Path.Combine(directory, "plain"), Path.Combine(directory, "packed"));
        var target = Path.Combine(directory, "target");
        await Command.Of("tar", "-C", folder, "-cf", tar, ".").RunAsync();
        await Command.Of(tools.Native, "save", "--key", "measured", "--path", folder, "--to", $"type=local,dest={packed}").RunAsync();
        await Copy(tools.Native, packed, plain, "uncompressed").RunAsync();
        Directory.Delete(packed, recursive: true);
        Directory.Delete(folder, recursive: true);
        if (!writes)
            await Copy(tools.Native, plain, packed, compression).RunAsync();

        List<Case> cases = [Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)];
        foreach (var peer in Peers.Where(peer => peer.Compression == PeerCompression()))
        {
            if (!await tools.HasAsync(peer.Program))
                continue;
            var input = writes ? tar : $"{tar}.{peer.Program}";
            if (!writes)
                await Pipe(peer.Program, peer.Write, tar, input).RunAsync();
            var arguments = writes ? peer.Write : peer.Read;
            cases.Add(new Case($"{peer.Program} {arguments}", Role.Peer, Pipe(peer.Program, arguments, input, target))
            {
                Before = () => Clear(target),
                After = () => new FileInfo(target).Length,
            });
        }

        return new PreparedJob(cases);

        Case Ours(string program, string tool) => new(
            program, Role.Ours, writes ? Copy(tool, plain, target, compression) : Copy(tool, packed, target, "uncompressed"))
        {
            Before = () => Clear(target),
            After = () => new DirectoryInfo(Path.Combine(target, "blobs", "sha256")).EnumerateFiles().Sum(file => file.Length),
        };
    }

    /// <summary>No other program writes estargz; it is a kind of gzip.</summary>
    private string PeerCompression() => compression == "estargz" ? "gzip" : compression;

    private static Command Copy(string tool, string from, string to, string compression) => Command.Of(
        tool, "copy", "--from", $"type=local,src={from}", "--to",
        $"type=local,dest={to},mode=max,compression={compression},force-compression=true");

    private static Command Pipe(string program, string arguments, string input, string output) =>
        Command.Shell($"exec {program} {arguments} \"$1\" > \"$2\"", input, output);

    private static Task Clear(string target)
    {
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        else
            File.Delete(target);
        return Task.CompletedTask;
    }
}
