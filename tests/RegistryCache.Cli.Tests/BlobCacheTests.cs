using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests;

/// <summary><c>--blob-cache</c>, and the variable that stands for it.</summary>
[NonParallelizable]
internal sealed class BlobCacheTests
{
    private const string Variable = "REGISTRY_CACHE_BLOBS";
    private ScratchDirectory _scratch = null!;

    private string Blobs => _scratch["blobs"];

    [SetUp]
    public void Create()
    {
        _scratch = new ScratchDirectory();
        Directory.CreateDirectory(_scratch["in"]);
        File.WriteAllText(Path.Combine(_scratch["in"], "file"), "content");
    }

    [TearDown]
    public void Remove()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _scratch.Dispose();
    }

    [Test]
    public async Task Every_command_reads_a_blob_from_the_registry_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        var place = $"type=registry,ref={registry.Host}/acme/ci:t";
        await RunAsync("save", "--key", "k", "--path", _scratch["in"], "--to", place);
        await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["a"], "--blob-cache", Blobs);
        var fetched = Reads(registry);

        await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["b"], "--blob-cache", Blobs, "--blob-cache-size", "1GiB");
        await RunAsync("inspect", place, "--blob-cache", Blobs);
        await RunAsync("copy", "--from", place, "--to", $"type=local,dest={_scratch["copy"]}", "--blob-cache", Blobs);
        Environment.SetEnvironmentVariable(Variable, Blobs);
        await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["c"]);

        Assert.That(fetched, Is.Positive);
        Assert.That(Reads(registry), Is.EqualTo(fetched));
        Assert.That(new[] { "a", "b", "c" }.Select(d => File.ReadAllText(Path.Combine(_scratch[d], "file"))), Is.All.EqualTo("content"));
    }

    [Test]
    public async Task A_directory_that_cannot_be_used_is_a_warning()
    {
        await using var registry = await TestRegistry.StartAsync();
        var place = $"type=registry,ref={registry.Host}/acme/ci:t";
        await RunAsync("save", "--key", "k", "--path", _scratch["in"], "--to", place);

        Directory.CreateDirectory(Blobs);
        Directory.CreateSymbolicLink(Path.Combine(Blobs, "registry-cache-blobs-1"), _scratch["in"]);

        var error = await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["a"], "--blob-cache", Blobs);

        Assert.That(error, Does.StartWith("warning: The local blobs in "));
        Assert.That(error.Split("warning:"), Has.Length.EqualTo(2), "once");
    }

    [Test]
    public async Task A_file_in_the_place_of_the_directory_is_wrong_usage_even_if_no_blob_is_read([Values] bool isVariable, [Values("", "/below")] string below)
    {
        var place = _scratch["in/file"] + below;
        Environment.SetEnvironmentVariable(Variable, isVariable ? place : null);
        string[] restore = ["restore", "--key", "k", "--from", $"type=local,src={_scratch["none"]}", "--into", _scratch["a"]];

        var tool = await Tool.RunAsync(isVariable ? restore : [.. restore, "--blob-cache", place]);

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage), tool.Error);
        Assert.That(tool.Error, Does.StartWith("error RC0105: ").And.Contain($"'{place}'").And.Contain($"'{_scratch["in/file"]}' is not a directory"));
    }

    [TestCase("0")]
    [TestCase("lots")]
    public async Task A_size_that_is_none_is_wrong_usage(string size)
    {
        var tool = await Tool.RunAsync("inspect", "a/b", "--blob-cache", Blobs, "--blob-cache-size", size);

        Assert.That((tool.ExitCode, tool.Error.Contains("--blob-cache-size must be", StringComparison.Ordinal)), Is.EqualTo((ExitCode.WrongUsage, true)));
    }

    [Test]
    public async Task A_size_without_a_directory_is_wrong_usage()
    {
        var tool = await Tool.RunAsync("inspect", "a/b", "--blob-cache-size", "1GiB");

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.Contain("--blob-cache DIR").And.Contain(Variable));
    }

    [Test]
    [Category("Integration")]
    public async Task A_real_registry_that_lost_its_blobs_does_not_stop_a_restore()
    {
        await using var registry = await RegistryServer.StartAsync();
        var place = $"type=registry,ref={registry.Host}/acme/ci:t";
        await RunAsync("save", "--key", "k", "--path", _scratch["in"], "--to", place);
        await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["a"], "--blob-cache", Blobs);
        var kept = Directory.GetFiles(Blobs, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToHashSet();
        foreach (var blob in Directory.GetDirectories(Path.Combine(registry.Directory, "data"), "*", SearchOption.AllDirectories))
        {
            if (kept.Contains(Path.GetFileName(blob)) && File.Exists(Path.Combine(blob, "data")))
                File.Delete(Path.Combine(blob, "data"));
        }

        var without = await Tool.RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["b"]);
        await RunAsync("restore", "--key", "k", "--from", place, "--into", _scratch["c"], "--blob-cache", Blobs);

        Assert.That(kept, Has.Count.GreaterThan(1));
        Assert.That(without.ExitCode, Is.Not.EqualTo(ExitCode.Done));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_scratch["c"], "file")), Is.EqualTo("content"));
    }

    private static int Reads(TestRegistry registry) => registry.Requests.Count(r => r.Kind == RequestKind.Blob && r.Method == "GET");

    private static async Task<string> RunAsync(params string[] args)
    {
        var tool = await Tool.RunAsync(args);
        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
        return tool.Error;
    }
}
