using System.Globalization;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Oci.Tests.Layout;

namespace RegistryCache.Oci.Tests.Pruning;

/// <summary>A place that is pruned, and the bytes that its files take: a directory as <c>du</c> counts them, or the real registry after its own
/// garbage collection.</summary>
internal sealed class PrunePlace : IAsyncDisposable
{
    private readonly RegistryServer? _server;
    private readonly TemporaryDirectory? _directory;

    private PrunePlace(RegistryServer? server)
    {
        _server = server;
        _directory = server is null ? new TemporaryDirectory() : null;
    }

    /// <summary>All tags of the place.</summary>
    public string All => _server is null ? $"type=local,src={_directory!.Path}" : $"type=registry,ref={_server.Host}/acme/ci";

    private string Root => _server is null ? _directory!.Path : Path.Combine(_server.Directory, "data");

    public static async Task<PrunePlace> CreateAsync(bool isRegistry, bool refusesDeletion = false) =>
        new(isRegistry ? await RegistryServer.StartAsync(new RegistryServerOptions { RefusesDeletion = refusesDeletion }) : null);

    /// <summary>A place with the same content.</summary>
    public async Task<PrunePlace> CopyAsync(bool refusesDeletion = false)
    {
        var copy = await CreateAsync(_server is not null, refusesDeletion);
        foreach (var file in System.IO.Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Root, Path.GetRelativePath(Root, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    public string Source(string tag) => _server is null ? $"{All},tag={tag}" : $"{All}:{tag}";

    public string Target(string tag) =>
        _server is null ? $"type=local,dest={_directory!.Path},tag={tag},mode=max" : $"type=registry,ref={_server.Host}/acme/ci:{tag},mode=max";

    public async Task<long> BytesAsync()
    {
        if (_server is not null)
            await _server.CollectGarbageAsync();
        var root = Path.Combine(Root, _server is null ? "blobs" : "docker/registry/v2/blobs");
        var lines = System.Text.Encoding.UTF8.GetString(await OutsideTool.RunAsync("du", ["-ab", root])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(l => l.Split('\t')).Where(l => File.Exists(l[1])).Sum(l => long.Parse(l[0], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _directory?.Remove();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
