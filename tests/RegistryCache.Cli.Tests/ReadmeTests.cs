using System.Text.RegularExpressions;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>What README.md shows is what runs.</summary>
[NonParallelizable]
internal sealed partial class ReadmeTests
{
    private string _directory = "";
    private string _before = "";

    [SetUp]
    public void EnterEmptyDirectory()
    {
        _before = Environment.CurrentDirectory;
        _directory = Directory.CreateTempSubdirectory("registry-cache-readme-").FullName;
        Environment.CurrentDirectory = _directory;
    }

    [TearDown]
    public void LeaveDirectory()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void Every_line_of_code_is_compiled()
    {
        var compiled = File.ReadAllLines(Path.Combine(Checkout.Root, "tests", "RegistryCache.Cli.Tests", "ReadmeSnippets.cs")).Select(l => l.Trim()).ToHashSet();
        var documents = Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "README.md", SearchOption.AllDirectories)
            // The tests of these two hold their READMEs.
            .Where(path => !path.Contains("RegistryCache.Testing", StringComparison.Ordinal) && !path.Contains("RegistryCache.Hosting", StringComparison.Ordinal))
            .Append(Path.Combine(Checkout.Root, "README.md"));
        var shown = documents.SelectMany(document => Snippet().Matches(File.ReadAllText(document)))
            .SelectMany(m => m.Groups[1].Value.Split('\n')).Select(l => l.Trim()).Where(l => l.Length > 0).ToList();

        Assert.That(shown, Is.Not.Empty);
        Assert.That(shown.Where(l => !compiled.Contains(l)), Is.Empty);
    }

    [Test]
    public void Composing_needs_nothing()
    {
        Assert.That(ReadmeSnippets.ComposeAsync, Throws.Nothing);
        Assert.That(ReadmeSnippets.ComposeWithOptionsAsync, Throws.Nothing);
    }

    [Test]
    public void Options_print_as_text() => Assert.That(
        ReadmeSnippets.Target(),
        Is.EqualTo("type=registry,compression=zstd,compression-level=10,mode=max,ref=ghcr.io/acme/app:buildcache"));

    [Test]
    public async Task A_build_records_once_and_restores_afterwards_and_its_cache_can_be_copied()
    {
        Directory.CreateDirectory("src");
        await File.WriteAllTextAsync("src/a.cs", "class A;");
        var compiled = 0;
        async Task CompileAsync(CancellationToken ct)
        {
            compiled++;
            Directory.CreateDirectory("obj");
            await File.WriteAllTextAsync("obj/a.dll", "binary", ct);
        }

        var tags = await ReadmeSnippets.InMemoryAsync(async cache =>
        {
            Assert.That(await ReadmeSnippets.BuildAsync(cache, ["-o"], CompileAsync, CancellationToken.None), Is.EqualTo(1));
            Directory.Delete("obj", recursive: true);
            await ReadmeSnippets.BuildAsync(cache, ["-o"], CompileAsync, CancellationToken.None);
            Assert.That(await File.ReadAllTextAsync("obj/a.dll"), Is.EqualTo("binary"));

            var import = await cache.CreateImporter("ghcr.io/acme/app:pr-17").ImportAsync();
            await cache.CreateExporter("type=registry,ref=ghcr.io/acme/app:buildcache,mode=max").ExportAsync(import.Graph);
            Assert.That(await ReadmeSnippets.CopyAsync(cache, CancellationToken.None), Is.True);
        });

        Assert.That(compiled, Is.EqualTo(1));
        Assert.That(tags, Is.EqualTo(3));
    }

    [Test]
    public async Task A_folder_is_saved_once_and_serves_the_next_key_as_a_fallback()
    {
        Directory.CreateDirectory("packages");
        await File.WriteAllTextAsync("packages/a.nupkg", "a");

        await ReadmeSnippets.InMemoryAsync(async cache =>
        {
            Assert.That(await ReadmeSnippets.FoldersAsync(cache, "1", "packages", CancellationToken.None), Is.False);
            Directory.Delete("packages", recursive: true);
            Assert.That(await ReadmeSnippets.FoldersAsync(cache, "2", "packages", CancellationToken.None), Is.True);
        });

        Assert.That(await File.ReadAllTextAsync("packages/a.nupkg"), Is.EqualTo("a"));
    }

    [Test]
    public async Task One_file_comes_out_of_an_estargz_layer()
    {
        Directory.CreateDirectory("root/app");
        await File.WriteAllTextAsync("root/app/appsettings.json", "{}");
        await ReadmeSnippets.InMemoryAsync(async cache =>
        {
            await using (var session = await cache.OpenSessionAsync(new BuildSessionOptions { Compression = LayerCompression.EStargz }))
            {
                await session.RecordAsync(CacheStep.Define("acme.publish.v1"), LayerSource.FromDirectory("root"));
                await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:buildcache,mode=max");
            }

            var import = await cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:buildcache").ImportAsync();
            var layer = import.Graph.CollectChains()[0].Top;
            Assert.That(await ReadmeSnippets.OneFileAsync(cache, layer, CancellationToken.None), Is.EqualTo("{}"));
            Assert.That(await ReadmeSnippets.CopyMaxAsync(cache, CancellationToken.None), Is.True);
        });
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
