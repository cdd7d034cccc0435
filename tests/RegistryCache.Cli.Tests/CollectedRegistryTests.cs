using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests;

/// <summary>Folder caches on a real registry whose garbage collection, or disk, took something.</summary>
[Category("Integration")]
internal sealed class CollectedRegistryTests
{
    [Test]
    public async Task A_save_brings_back_what_the_registry_lost([Values("layers", "config", "everything")] string what, [Values("k", "another")] string key)
    {
        await using var server = await RegistryServer.StartAsync();
        using var scratch = new ScratchDirectory();
        var source = Path.Combine(scratch.Path, "in");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "the content");
        var target = $"type=registry,ref={server.Host}/acme/ci:nuget";
        var first = await Tool.JsonAsync("save", "--key", "k", "--path", source, "--to", target);
        var cache = await Tool.JsonAsync("inspect", target);
        var manifest = first.GetProperty("manifest").GetString()!;
        var config = cache.GetProperty("config").GetProperty("digest").GetString()!;
        foreach (var data in Directory.EnumerateFiles(Path.Combine(server.Directory, "data/docker/registry/v2/blobs"), "data", SearchOption.AllDirectories))
        {
            var digest = "sha256:" + Path.GetFileName(Path.GetDirectoryName(data));
            if (what == "everything" || (what == "config" ? digest == config : digest != config && digest != manifest))
                Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);
        }

        var again = await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target);
        var restored = await Tool.JsonAsync("restore", "--key", key, "--from", target, "--into", Path.Combine(scratch.Path, "back"));

        Assert.That(again.GetProperty("outcome").GetString(), Is.EqualTo("saved"));
        Assert.That(again.GetProperty("warnings").GetArrayLength(), Is.EqualTo(what == "config" ? 1 : 0));
        Assert.That(restored.GetProperty("outcome").GetString(), Is.EqualTo("exact"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(scratch.Path, "back/file")), Is.EqualTo("the content"));
        Assert.That((await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target)).GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task A_save_brings_back_what_the_registrys_own_collector_took(
        [Values("own manifest deleted", "own manifest unlinked", "manifest not there yet")] string why, [Values("k", "another")] string key)
    {
        await using var server = await RegistryServer.StartAsync();
        using var scratch = new ScratchDirectory();
        var source = Path.Combine(scratch.Path, "in");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "the content");
        var target = $"type=registry,ref={server.Host}/acme/ci:nuget";
        var manifest = (await Tool.JsonAsync("save", "--key", "k", "--path", source, "--to", target)).GetProperty("manifest").GetString()!;
        var config = (await Tool.JsonAsync("inspect", target)).GetProperty("config").GetProperty("digest").GetString()!;
        var kept = new[] { manifest, config }.Select(d => server.BlobPath(d["sha256:".Length..])).ToDictionary(p => p, File.ReadAllBytes);
        var blobs = BlobFiles(server);
        var link = Path.Combine(server.Directory, "data/docker/registry/v2/repositories/acme/ci/_manifests/revisions", manifest.Replace(':', '/'), "link");
        if (why == "own manifest deleted")
            await DeleteAsync(server, manifest);
        else
            File.Move(link, Path.Combine(scratch.Path, "link"));

        var printed = await server.CollectGarbageAsync();

        Assert.That(BlobFiles(server), Is.Empty, printed);
        if (why == "manifest not there yet")
        {
            // The collector looked between the last layer and the manifest of a save, and took the layers after the manifest had come.
            File.Move(Path.Combine(scratch.Path, "link"), link);
            foreach (var (path, bytes) in kept)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, bytes);
            }
        }

        var again = await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target);
        await AssertFoundAsync(scratch, target, key);
        if (why == "manifest not there yet")
            await AssertFoundAsync(scratch, target, "k");
        Assert.That(again.GetProperty("outcome").GetString(), Is.EqualTo("saved"));
        Assert.That(BlobFiles(server), Has.Count.GreaterThanOrEqualTo(blobs.Count));
        Assert.That(await server.CollectGarbageAsync(), Does.Not.Contain("manifest unknown"));
        await AssertFoundAsync(scratch, target, key);
        Assert.That((await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target)).GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task A_deleted_tag_takes_nothing_from_another_one_with_the_same_folder([Values("k", "another")] string key)
    {
        await using var server = await RegistryServer.StartAsync();
        using var scratch = new ScratchDirectory();
        var source = Path.Combine(scratch.Path, "in");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "the content");
        var target = $"type=registry,ref={server.Host}/acme/ci:main";
        var other = $"type=registry,ref={server.Host}/acme/ci:other";
        await Tool.JsonAsync("save", "--key", "k", "--path", source, "--to", target);
        await Tool.JsonAsync("save", "--key", "first", "--path", source, "--to", other);
        await File.WriteAllTextAsync(Path.Combine(source, "more"), "of the other tag alone");
        var manifest = (await Tool.JsonAsync("save", "--key", "second", "--path", source, "--to", other)).GetProperty("manifest").GetString()!;
        File.Delete(Path.Combine(source, "more"));
        var before = BlobFiles(server);
        await DeleteAsync(server, manifest);

        await server.CollectGarbageAsync();

        Assert.That(BlobFiles(server), Has.Count.LessThan(before.Count), "the collector took nothing");
        await AssertFoundAsync(scratch, target, "k");
        Assert.That(
            (await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target)).GetProperty("outcome").GetString(),
            Is.EqualTo(key == "k" ? "unchanged" : "saved"));
        await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", other);
        foreach (var to in new[] { target, other })
            await AssertFoundAsync(scratch, to, key);
    }

    private static List<string> BlobFiles(RegistryServer server) =>
        [.. Directory.EnumerateFiles(Path.Combine(server.Directory, "data/docker/registry/v2/blobs"), "data", SearchOption.AllDirectories)];

    private static async Task DeleteAsync(RegistryServer server, string manifest)
    {
        using var http = new HttpClient();
        using var answer = await http.DeleteAsync(new Uri($"http://{server.Host}/v2/acme/ci/manifests/{manifest}"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(202));
    }

    private static async Task AssertFoundAsync(ScratchDirectory scratch, string from, string key)
    {
        var into = Path.Combine(scratch.Path, Guid.NewGuid().ToString("N"));
        var restored = await Tool.JsonAsync("restore", "--key", key, "--from", from, "--into", into);
        Assert.That(restored.GetProperty("outcome").GetString(), Is.EqualTo("exact"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(into, "file")), Is.EqualTo("the content"));
    }
}
