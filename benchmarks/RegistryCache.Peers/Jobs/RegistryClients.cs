using System.Text;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>The clients of a registry that the machine has.</summary>
internal static class RegistryClients
{
    public static async Task<IReadOnlyList<RegistryClient>> FindAsync(Tools tools)
    {
        List<RegistryClient> clients = [Ours("ours, native", tools.Native), Ours("ours, managed", tools.Managed)];
        if (await tools.HasAsync("crane", "version"))
            clients.Add(new RegistryClient("crane", Role.Peer, CranePush, CranePull));
        if (await tools.HasAsync("oras", "version"))
            clients.AddRange([Oras("oras", 3), Oras("oras, 8 at a time", 8)]);
        if (await tools.HasAsync("skopeo"))
            clients.Add(new RegistryClient("skopeo", Role.Peer, SkopeoPush, SkopeoPull));
        if (await tools.HasAsync("regctl", "version"))
            clients.Add(new RegistryClient("regctl", Role.Peer, RegctlPush, RegctlPull));
        return clients;
    }

    /// <summary>Downloads all blobs with curl, eight at a time, to nowhere: what the registry can send.</summary>
    public static Command CurlPull(string layout, string host, string repository, bool plain)
    {
        var list = layout + ".curl";
        var blobs = Directory.EnumerateFiles(Path.Combine(layout, "blobs", "sha256")).Where(blob => !IsManifest(blob));
        File.WriteAllLines(list, blobs.SelectMany(blob => new[]
        {
            $"url = \"{(plain ? "http" : "https")}://{host}/v2/{repository}/blobs/sha256:{Path.GetFileName(blob)}\"",
            "output = \"/dev/null\"",
        }));
        return Command.Of("curl", "--silent", "--show-error", "--fail", "--parallel", "--parallel-max", "8", "--config", list);
    }

    /// <summary>Uploads the largest blob with curl, unverified.</summary>
    public static Command CurlPush(string layout, string host, string repository, bool plain)
    {
        var blob = new DirectoryInfo(Path.Combine(layout, "blobs", "sha256")).EnumerateFiles().MaxBy(file => file.Length)!;
        return Command.Shell(
            """
            set -e
            place=$(curl -sS --fail -X POST -D - -o /dev/null "$1" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
            curl -sS --fail -o /dev/null -T "$2" "$place&digest=sha256:${2##*/}"
            """,
            $"{(plain ? "http" : "https")}://{host}/v2/{repository}/blobs/uploads/",
            blob.FullName);
    }

    private static bool IsManifest(string blob)
    {
        using var file = File.OpenRead(blob);
        Span<byte> start = stackalloc byte[64];
        return Encoding.ASCII.GetString(start[..file.Read(start)]).Contains("schemaVersion", StringComparison.Ordinal);
    }

    private static RegistryClient Ours(string name, string tool) => new(
        name,
        Role.Ours,
        (layout, reference, plain) =>
            [tool, "copy", "--from", $"type=local,src={layout}", "--to", $"type=registry,ref={reference},mode=max{Insecure(plain)}"],
        (layout, reference, plain) =>
            [tool, "copy", "--from", $"type=registry,ref={reference}{Insecure(plain)}", "--to", $"type=local,dest={layout},mode=max"]);

    // Loopback addresses are spoken to in plain HTTP otherwise.
    private static string Insecure(bool plain) => plain ? "" : ",registry.insecure=true";

    private static RegistryClient Oras(string name, int concurrency) => new(
        name,
        Role.Peer,
        (layout, reference, plain) =>
            ["oras", "cp", "--no-tty", "--concurrency", $"{concurrency}", $"--to-plain-http={(plain ? "true" : "false")}",
                "--from-oci-layout", layout + ":latest", reference],
        (layout, reference, plain) =>
            ["oras", "cp", "--no-tty", "--concurrency", $"{concurrency}", $"--from-plain-http={(plain ? "true" : "false")}",
                "--to-oci-layout", reference, layout + ":latest"]);

    private static string[] CranePush(string layout, string reference, bool plain) =>
        ["crane", "push", .. CraneInsecure(plain), layout, reference];

    private static string[] CranePull(string layout, string reference, bool plain) =>
        ["crane", "pull", .. CraneInsecure(plain), "--format=oci", reference, layout];

    private static string[] CraneInsecure(bool plain) => plain ? ["--insecure"] : [];

    private static string[] SkopeoPush(string layout, string reference, bool plain) =>
        ["skopeo", "copy", "--quiet", "--insecure-policy", $"--dest-tls-verify={(plain ? "false" : "true")}",
        $"oci:{layout}:latest", $"docker://{reference}"];

    private static string[] SkopeoPull(string layout, string reference, bool plain) =>
        ["skopeo", "copy", "--quiet", "--insecure-policy", $"--src-tls-verify={(plain ? "false" : "true")}",
        $"docker://{reference}", $"oci:{layout}:latest"];

    private static string[] RegctlPush(string layout, string reference, bool plain) =>
        ["regctl", "--host", $"reg={reference.Split('/')[0]},tls={(plain ? "disabled" : "enabled")}",
        "image", "copy", $"ocidir://{layout}:latest", reference];

    private static string[] RegctlPull(string layout, string reference, bool plain) =>
        ["regctl", "--host", $"reg={reference.Split('/')[0]},tls={(plain ? "disabled" : "enabled")}",
        "image", "copy", reference, $"ocidir://{layout}:latest"];
}
