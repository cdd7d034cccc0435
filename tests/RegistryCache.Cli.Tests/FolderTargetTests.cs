using System.Text.Json;

namespace RegistryCache.Cli.Tests;

/// <summary>A cache that is kept inside the folder it saves.</summary>
internal sealed class FolderTargetTests
{
    private string _root = "";

    [SetUp]
    public void Create()
    {
        _root = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        Directory.CreateDirectory(At("work/a/b"));
        File.WriteAllBytes(At("work/a/b/data"), [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * i >> 3))]);
        File.WriteAllText(At("work/top"), "content");
    }

    [TearDown]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [TestCase("work/cache", null)]
    [TestCase("work/a/b/cache", null)]
    [TestCase("link/cache", "work")]
    [TestCase("work/link/cache", "work/real")]
    [TestCase("work/a/../cache/.", null)]
    public async Task Is_left_out_and_told_and_does_not_grow(string dest, string? linkedTo)
    {
        if (linkedTo is not null)
        {
            Directory.CreateDirectory(At(linkedTo));
            Directory.CreateSymbolicLink(At(dest[..^"/cache".Length]), At(linkedTo));
        }

        var first = await SaveAsync("k", dest, "work");
        var size = SizeOf(dest);
        for (var i = 0; i < 2; i++)
            Assert.That((await SaveAsync("k", dest, "work")).GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
        File.WriteAllText(At("work/top"), "other content");
        var changed = await SaveAsync("k", dest, "work");

        Assert.That(changed.GetProperty("outcome").GetString(), Is.EqualTo("saved"));
        Assert.That(changed.GetProperty("ownPaths").GetArrayLength(), Is.EqualTo(1));
        Assert.That(SizeOf(dest), Is.LessThan((2 * size) + 4000), "only the changed folder came to it");
        Assert.That(first.GetProperty("contentDigest").GetString(), Is.Not.EqualTo(changed.GetProperty("contentDigest").GetString()));
    }

    [Test]
    [NonParallelizable]
    public async Task Is_left_out_of_each_of_several_folders()
    {
        var before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(_root);
            Directory.CreateDirectory("more");
            await SaveAsync("k", "work/a/cache", "work", "more");
            var again = await SaveAsync("k", "work/a/cache", "work", "more");

            Assert.That(again.GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
            Assert.That(again.GetProperty("ownPaths")[0].GetString(), Is.EqualTo("a/cache"));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Test]
    public async Task Is_said_in_the_text()
    {
        await SaveAsync("k", "work/cache", "work");

        var tool = await Tool.RunAsync("save", "--key", "k", "--path", At("work"), "--to", $"type=local,dest={At("work/cache")}");

        Assert.That(tool.Error, Does.Contain("skipped, because it belongs to the cache: cache"));
    }

    [Test]
    public async Task Cannot_be_the_folder_itself()
    {
        await SaveAsync("k", "cache", "work");

        var tool = await Tool.RunAsync("save", "--key", "k2", "--path", At("cache"), "--to", $"type=local,dest={At("cache")}");

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.Contain("the directory of the cache itself"));
    }

    [Test]
    public async Task Another_cache_is_content_like_any_other()
    {
        await SaveAsync("k", "work/other", "work/a");

        await SaveAsync("k", "cache", "work");
        await Tool.RunAsync("restore", "--key", "k", "--from", $"type=local,src={At("cache")}", "--into", At("back"));

        Assert.That(File.Exists(At("back/other/index.json")));
    }

    [TestCase("registry-cache-abcdefgh.xyz", true)]
    [TestCase(".work.registry-cache-abcdefgh.xyz", true)]
    [TestCase(".work.registry-cache-abcdefgh.xyz-old", true)]
    [TestCase(".registry-cache-partial", true)]
    [TestCase("registry-cache-notes.md", false)]
    [TestCase("registry-cache-1", false)]
    [TestCase("my-registry-cache-abcdefgh.xyz", false)]
    public async Task What_this_library_makes_for_a_moment_is_never_saved(string name, bool isOurs)
    {
        Directory.CreateDirectory(At("work/a/" + name));
        File.WriteAllText(At($"work/a/{name}/inside"), "x");

        var saved = await SaveAsync("k", "cache", "work");
        await Tool.RunAsync("restore", "--key", "k", "--from", $"type=local,src={At("cache")}", "--into", At("back"));

        Assert.That(Directory.Exists(At("back/a/" + name)), Is.EqualTo(!isOurs));
        Assert.That(saved.GetProperty("ownPaths").GetArrayLength(), Is.EqualTo(isOurs ? 1 : 0));
    }

    private Task<JsonElement> SaveAsync(string key, string dest, params string[] paths)
    {
        string[] args = ["save", "--key", key, "--to", $"type=local,dest={At(dest)}"];
        foreach (var path in paths)
            args = [.. args, "--path", paths.Length > 1 ? path : At(path)];
        return Tool.JsonAsync(args);
    }

    private long SizeOf(string directory) => new DirectoryInfo(At(directory)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    private string At(string relative) => Path.Combine(_root, relative);
}
