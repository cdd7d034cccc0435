using RegistryCache.Testing.Servers;

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
        Assert.That(restored.GetProperty("outcome").GetString(), Is.EqualTo("hit"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(scratch.Path, "back/file")), Is.EqualTo("the content"));
        Assert.That((await Tool.JsonAsync("save", "--key", key, "--path", source, "--to", target)).GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
    }
}
