namespace RegistryCache.Testing.Tests.Storage;

/// <summary>A registry over a directory.</summary>
[Category("Integration")]
internal sealed class DirectoryTests
{
    private DirectoryInfo _directory = null!;

    [SetUp]
    public void Create() => _directory = Directory.CreateTempSubdirectory("test-registry-");

    [TearDown]
    public void Delete() => _directory.Delete(recursive: true);

    [Test]
    public async Task The_next_registry_finds_everything_again()
    {
        var blob = Wire.Bytes(300_000);
        string digest, manifest;
        await using (var registry = await StartAsync())
        {
            using var client = registry.CreateClient();
            digest = await client.PushBlobAsync("a/b", blob);
            manifest = await client.PushImageAsync("a/b", "Latest");
            await client.PushImageAsync("a/b", "latest", "application/other");
        }

        await using var next = await StartAsync();
        var repository = next.Repository("a/b");
        Assert.That(next.Repositories, Is.EqualTo(new[] { "a/b" }));
        Assert.That(repository.ReadBlob(digest), Is.EqualTo(blob));
        Assert.That(repository.Tags["Latest"], Is.EqualTo(manifest), "names that differ in case only stay apart");
        Assert.That(repository.Tags, Has.Count.EqualTo(2));
        Assert.That(repository.Manifests[manifest], Is.EqualTo(Wire.ManifestType));
    }

    [Test]
    public async Task What_is_deleted_leaves_the_directory()
    {
        await using var registry = await StartAsync();
        using var client = registry.CreateClient();
        var digest = await client.PushBlobAsync("a/b", Wire.Bytes(1000));
        await client.SendAsync("POST", $"/v2/a/other/blobs/uploads/?mount={digest}&from=a/b");

        await client.SendAsync("DELETE", $"/v2/a/b/blobs/{digest}");
        Assert.That(Content(), Has.Length.EqualTo(1), "another repository has it");
        await client.SendAsync("DELETE", $"/v2/a/other/blobs/{digest}");
        Assert.That(Content(), Is.Empty);
    }

    [Test]
    public async Task Unfinished_uploads_leave_nothing_behind()
    {
        await using (var registry = await StartAsync())
        {
            using var client = registry.CreateClient();
            await client.SendAsync("PATCH", await client.StartAsync("a/b"), new byte[1000], "application/octet-stream");
            Assert.That(Directory.GetFiles(Path.Combine(_directory.FullName, "ingest")), Has.Length.EqualTo(1));
        }

        Assert.That(Directory.GetFiles(_directory.FullName, "*", SearchOption.AllDirectories).Select(Path.GetFileName), Is.EqualTo(new[] { "lock" }));
    }

    [Test]
    public async Task Two_registries_do_not_share_a_directory()
    {
        await using var registry = await StartAsync();

        Assert.That(async () => await StartAsync(), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_blob_that_is_read_while_it_is_deleted_is_read_to_its_end()
    {
        await using var registry = await StartAsync();
        using var client = registry.CreateClient();
        var bytes = Wire.Bytes(8 << 20);
        var digest = await client.PushBlobAsync("a/b", bytes);

        using var got = await client.GetAsync(new Uri($"/v2/a/b/blobs/{digest}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await client.SendAsync("DELETE", $"/v2/a/b/blobs/{digest}");

        Assert.That(await got.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
    }

    [TestCase("name", "../../etc")]
    [TestCase("name", "")]
    [TestCase("blobs", "sha256:../../../etc/passwd")]
    [TestCase("blobs", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Description = "its content is missing")]
    [TestCase("manifests", "one line")]
    [TestCase("tags", "one\ntwo\nthree")]
    public async Task A_directory_that_no_registry_wrote_is_refused(string kind, string text)
    {
        await using (var registry = await StartAsync())
        {
            using var client = registry.CreateClient();
            await client.PushImageAsync("a/b", "v1");
        }

        var file = Directory.GetFileSystemEntries(Path.Combine(_directory.FullName, "repositories")).Select(d => Path.Combine(d, kind)).Single();
        await File.WriteAllTextAsync(Directory.Exists(file) ? Path.Combine(file, "foreign") : file, text);

        Assert.That(async () => await StartAsync(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("Choose another directory"));
    }

    [Test]
    public async Task A_reset_can_keep_the_content()
    {
        await using var registry = await StartAsync();
        var digest = registry.Repository("a/b").PutBlob(new byte[] { 1 });

        registry.Reset(new() { Quirks = RegistryQuirks.Ecr }, keepContent: true);
        Assert.That(registry.Repository("a/b").Blobs.Keys, Is.EqualTo(new[] { digest }));
        registry.Reset();
        Assert.That(registry.Repositories, Is.Empty);
    }

    private Task<TestRegistry> StartAsync() => TestRegistry.StartAsync(new() { Directory = _directory.FullName });

    private string[] Content() => Directory.GetFiles(Path.Combine(_directory.FullName, "content"), "*", SearchOption.AllDirectories);
}
