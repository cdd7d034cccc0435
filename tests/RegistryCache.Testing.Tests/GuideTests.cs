using System.Text.RegularExpressions;
using RegistryCache.Fixtures;

namespace RegistryCache.Testing.Tests;

/// <summary>The examples of the guide and of the package's README, run.</summary>
[Category("Integration")]
internal sealed partial class GuideTests
{
    [TestCase("docs/guides/test-harness.md")]
    [TestCase("src/RegistryCache.Testing/README.md")]
    [TestCase("src/RegistryCache.Testing.NUnit/README.md")]
    public void Every_example_is_code_of_a_test_or_a_sample(string document)
    {
        var sources = new[] { "tests/RegistryCache.Testing.Tests", "samples/TestHarness" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(static file => Plain(File.ReadAllText(file))).ToList();
        var examples = Example().Matches(File.ReadAllText(Path.Combine(Checkout.Root, document))).Select(static m => Plain(m.Groups[1].Value)).ToList();

        Assert.That(examples, Is.Not.Empty);
        Assert.That(examples.Where(example => !sources.Exists(source => source.Contains(example, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public async Task The_first_test()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = registry.CreateClient();

        using var answer = await client.GetAsync(new Uri("/v2/", UriKind.Relative));

        Assert.That(answer.IsSuccessStatusCode);
        Assert.That(registry.Host, Does.StartWith("127.0.0.1:"));
    }

    [Test]
    public async Task Content_before_the_test()
    {
        var manifest = Wire.Manifest(Wire.Sha256([1]));
        await using var registry = await TestRegistry.StartAsync();
        var repository = registry.Repository("acme/app");

        var blob = repository.PutBlob("hello"u8.ToArray());
        repository.PutManifest(manifest, "application/vnd.oci.image.manifest.v1+json", tag: "v1");

        Assert.That(repository.Blobs[blob], Is.EqualTo(5));
        Assert.That(repository.Tags.Keys, Is.EqualTo(new[] { "v1" }));
        var layout = FixtureLayout.Open("max-gzip").Directory;
        await registry.SeedAsync(layout, "acme/app");
        Assert.That(repository.Tags, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Options()
    {
        var directory = Directory.CreateTempSubdirectory("test-registry-");
        var path = directory.FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync(new()
            {
                Authentication = RegistryAuthentication.Bearer("user", "secret"),
                Quirks = RegistryQuirks.Ecr with { RedirectsBlobs = true },
                Tls = true,
                Directory = path,
            });
            using var client = registry.CreateClient();
            Assert.That((int)(await client.GetAsync(new Uri("/v2/", UriKind.Relative))).StatusCode, Is.EqualTo(401));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Behave_like_a_public_registry()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Quirks = RegistryQuirks.DockerHub with { PullLimit = 1 } });
        registry.Repository("a/b").PutManifest(Wire.Manifest(Wire.Sha256([1])), Wire.ManifestType, "v1");
        using var client = registry.CreateClient();

        Assert.That((int)(await client.GetAsync(new Uri("/v2/a/b/manifests/v1", UriKind.Relative))).StatusCode, Is.EqualTo(200));
        Assert.That((int)(await client.GetAsync(new Uri("/v2/a/b/manifests/v1", UriKind.Relative))).StatusCode, Is.EqualTo(429));
    }

    [Test]
    public async Task Make_it_fail_and_ask_what_happened()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = registry.CreateClient();
        var blob = new Uri($"/v2/a/b/blobs/{registry.Repository("a/b").PutBlob("hello"u8.ToArray())}", UriKind.Relative);

        await client.GetByteArrayAsync(blob);
        Assert.That(registry.Requests.Count(r => r.Method == "GET" && r.Kind == RequestKind.Blob), Is.EqualTo(1));
        Assert.That(registry.BytesSent, Is.EqualTo(5));
        Assert.That(registry.Violations, Is.Empty);
        Assert.That(registry.Leaks, Is.Empty);

        registry.Reset();
        blob = new Uri($"/v2/a/b/blobs/{registry.Repository("a/b").PutBlob(new byte[1000])}", UriKind.Relative);
        registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.CutAnswer(after: 100));
        registry.Faults.Add("*", RequestKind.Any, RegistryFault.RateLimit(seconds: 7), occurrence: 3, count: 2);

        Assert.That(() => client.GetByteArrayAsync(blob), Throws.TypeOf<HttpRequestException>());
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
            statuses.Add((int)(await client.GetAsync(blob)).StatusCode);
        Assert.That(statuses, Is.EqualTo(new[] { 200, 429, 429, 200 }));
    }

    // The examples are indented as their document wants it.
    private static string Plain(string text) => string.Join('\n', text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0));

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    /// <summary>One registry for a class.</summary>
    [Category("Integration")]
    internal sealed class OneForAClass
    {
        private TestRegistry _registry = null!;

        [OneTimeSetUp]
        public async Task StartAsync() => _registry = await TestRegistry.StartAsync();

        [SetUp]
        public void Reset() => _registry.Reset();

        [OneTimeTearDown]
        public async Task StopAsync() => await _registry.DisposeAsync();

        [Test]
        public void Each_test_begins_with_nothing([Values(1, 2)] int number)
        {
            Assert.That(_registry.Repositories, Is.Empty, $"{number}");
            _registry.CreateRepository("a/b");
        }
    }
}
