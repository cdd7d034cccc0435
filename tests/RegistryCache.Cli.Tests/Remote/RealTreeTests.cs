using System.Diagnostics;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>
/// Folder → layer → real registry → folder, in every codec, judged by <c>diff</c>, <c>find</c> and GNU <c>tar</c>. The tree is a small
/// one with every oddity; <c>REGISTRYCACHE_TREE</c> names another folder, such as /usr/share, to run the same on.
/// </summary>
[TestFixture]
[Category("Integration")]
[Category("Slow")]
[Platform("Linux")]
internal sealed class RealTreeTests
{
    private RegistryServer _server = null!;
    private string _directory = "";
    private string _tree = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await RegistryServer.StartAsync();
        _directory = Directory.CreateTempSubdirectory("registry-cache-tree-").FullName;
        _tree = Environment.GetEnvironmentVariable("REGISTRYCACHE_TREE") ?? await MakeTreeAsync(Path.Combine(_directory, "tree"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_directory.Length > 0)
            Directory.Delete(_directory, recursive: true);
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Test]
    public async Task A_tree_comes_back_as_it_was([Values("gzip", "zstd", "estargz", "uncompressed")] string compression)
    {
        var target = $"type=registry,ref={_server.Host}/tree/{compression}:cache,mode=max";
        var restored = Path.Combine(_directory, compression);
        var step = CacheStep.Define("test.tree.v1").With("tree", _tree);
        var snapshot = new SnapshotOptions { KeepTimes = true };
        await using (var cache = new BuildCacheBuilder().UseOci().UseCompression().Build())
        {
            await using var session = await cache.OpenSessionAsync(new BuildSessionOptions { Compression = LayerCompression.FromName(compression) });
            await session.RecordAsync(step, LayerSource.FromDirectory(_tree, snapshot));
            await session.ExportAsync(target);
        }

        await using (var cache = new BuildCacheBuilder().UseOci().UseCompression().Build())
        {
            await using var session = await cache.OpenSessionAsync([$"{_server.Host}/tree/{compression}:cache"]);
            var hit = await session.FindAsync(step);
            await hit!.RestoreAsync(restored, new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any, SetIdBits = EntryPolicy.Keep });
        }

        await RunAsync("diff", "-r", "--no-dereference", _tree, restored);
        Assert.That(await ListAsync(restored), Is.EqualTo(await ListAsync(_tree)), "names, types, modes, times, sizes, link targets, link counts");
    }

    [Test]
    public async Task GNU_tar_extracts_the_same_tree()
    {
        var tar = Path.Combine(_directory, "tree.tar");
        await using (var file = File.Create(tar))
            await LayerSource.FromDirectory(_tree, new SnapshotOptions { KeepTimes = true }).WriteToAsync(file, CancellationToken.None);
        var extracted = Path.Combine(_directory, "extracted");
        Directory.CreateDirectory(extracted);

        await RunAsync("tar", "-x", "-p", "-f", tar, "-C", extracted);

        await RunAsync("diff", "-r", "--no-dereference", _tree, extracted);
    }

    private static async Task<string> MakeTreeAsync(string tree)
    {
        var script = """
            set -e
            mkdir -p "$0/empty" "$0/deep/$(printf 'd%.0s' $(seq 1 120))/$(printf 'e%.0s' $(seq 1 120))" "$0/ünïcödé 日本"
            printf 'text\n' > "$0/file"; : > "$0/nothing"; printf '#!/bin/sh\n' > "$0/run.sh"; chmod 0755 "$0/run.sh"; chmod 0600 "$0/nothing"
            printf 'long\n' > "$0/deep/$(printf 'd%.0s' $(seq 1 120))/$(printf 'e%.0s' $(seq 1 120))/$(printf 'f%.0s' $(seq 1 200))"
            printf 'name\n' > "$0/ünïcödé 日本/файл"
            ln -s file "$0/link"; ln -s nowhere "$0/dangling"; ln "$0/file" "$0/hard"; ln -s "$(printf 't%.0s' $(seq 1 150))" "$0/long-link"
            truncate -s 3M "$0/sparse"; printf 'end' >> "$0/sparse"
            head -c 6000000 /dev/urandom > "$0/noise"
            chmod 0750 "$0/empty"; touch -d '2001-02-03 04:05:06' "$0/file" "$0/empty"
            """;
        await RunAsync("bash", "-c", script, tree);
        return tree;
    }

    private static Task<string> ListAsync(string tree) =>
        RunAsync("bash", "-c", "cd \"$0\" && find . -mindepth 1 -printf '%P|%y|%m|%l|%T@|%n|' \\( -type f -printf '%s' -o -true \\) -printf '\\n' | sed -E 's/(\\|[0-9]+)\\.[0-9]+\\|/\\1|/' | LC_ALL=C sort", tree);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program}: {await error}{await output}");
        return await output;
    }
}
