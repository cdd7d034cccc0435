using System.Globalization;
using RegistryCache.Peers.Data;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;
using RegistryCache.Peers.Servers;

namespace RegistryCache.Peers.Jobs;

/// <summary>Moves a cache between a directory and the registry.</summary>
internal sealed class TransferJob(string name, Direction direction, CacheData data, Line line, Tools tools) : IJob
{
    private const string Tag = "latest";

    /// <summary>skopeo needs minutes to push this many blobs.</summary>
    private const int ManyBlobs = 1000;

    public string Name => name;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{direction.ToString().ToLowerInvariant()}, blobs: {data.Blobs}, {TotalBytes() / 1e6:F1} MB, {line.Description}");

    public async Task<PreparedJob> PrepareAsync(string directory)
    {
        var (raw, layout) = (Path.Combine(directory, "raw"), Path.Combine(directory, data.Name));
        CacheLayout.Write(raw, data);

        // Our tool writes the records of a cache in BuildKit's order. After this copy everybody sends the same manifest and config.
        await Command.Of(tools.Native, "copy", "--from", $"type=local,src={raw}", "--to", $"type=local,dest={layout},mode=max").RunAsync();
        Directory.Delete(raw, recursive: true);
        var certificate = line.Tls ? LoopbackCertificate.Write(directory) : default((string Certificate, string Key)?);
        var registry = await RegistryProcess.StartAsync(directory, certificate);
        var proxy = line.NeedsProxy ? new LoopbackProxy(registry.Port, line.RoundTrip, line.BytesPerSecond) : null;
        var environment = certificate is { } files ? Trust(files.Certificate) : null;
        var host = $"127.0.0.1:{proxy?.Port ?? registry.Port}";
        var reference = $"{host}/measured/{data.Name}:{Tag}";
        var place = new Place(layout, Path.Combine(directory, "pulled"), host, reference, registry, environment);

        var clients = (await RegistryClients.FindAsync(tools)).Where(client => client.Name != "skopeo" || data.Blobs < ManyBlobs).ToArray();
        var seed = ToCommand(clients[0].Push(layout, reference, !line.Tls), place);
        var cases = clients.Select(client => ToCase(client, place, seed)).ToList();
        if (await tools.HasAsync("curl"))
            AddLimit(cases, place);
        return new PreparedJob(cases, proxy, registry);
    }

    private static Dictionary<string, string> Trust(string certificate) =>
        new() { ["SSL_CERT_FILE"] = certificate, ["CURL_CA_BUNDLE"] = certificate };

    private static Command ToCommand(string[] arguments, Place place) => new(arguments, place.Environment);

    private Case ToCase(RegistryClient client, Place place, Command seed)
    {
        if (direction == Direction.Pull)
        {
            return new Case(client.Name, client.Role, ToCommand(client.Pull(place.Pulled, place.Reference, !line.Tls), place))
            {
                Before = async () =>
                {
                    if (!Holds(place))
                        await seed.RunAsync();
                    await Emptied.Remove(place.Pulled);
                },
                After = () => CheckPulled(place.Pulled),
            };
        }

        var push = ToCommand(client.Push(place.Layout, place.Reference, !line.Tls), place);
        return new Case(client.Name, client.Role, push)
        {
            Before = async () =>
            {
                place.Registry.Clear();
                if (direction == Direction.Again)
                    await push.RunAsync();
            },
            After = () => Holds(place) ? null : throw new ProgramFailedException("The registry does not have the tag."),
        };
    }

    private void AddLimit(List<Case> cases, Place place)
    {
        if (direction == Direction.Pull)
        {
            var pull = RegistryClients.CurlPull(place.Layout, place.Host, "measured/" + data.Name, !line.Tls);
            cases.Add(new Case("curl to nowhere, 8 at a time", Role.Limit, pull with { Environment = place.Environment }));
        }
        else if (direction == Direction.Push && data.Blobs == 1)
        {
            var push = RegistryClients.CurlPush(place.Layout, place.Host, "measured/" + data.Name, !line.Tls);
            cases.Add(new Case("curl", Role.Limit, push with { Environment = place.Environment })
            {
                Before = () =>
                {
                    place.Registry.Clear();
                    return Task.CompletedTask;
                },
            });
        }
    }

    private bool Holds(Place place) => place.Registry.Holds("measured/" + data.Name, Tag);

    private long? CheckPulled(string directory)
    {
        var bytes = new DirectoryInfo(Path.Combine(directory, "blobs", "sha256")).EnumerateFiles().Sum(file => file.Length);
        return bytes >= TotalBytes() ? null : throw new ProgramFailedException($"Only {bytes} bytes were pulled.");
    }

    private long TotalBytes() => Enumerable.Range(0, data.Blobs).Sum(data.SizeOf);

    private sealed record Place(
        string Layout, string Pulled, string Host, string Reference, RegistryProcess Registry,
        IReadOnlyDictionary<string, string>? Environment);
}
