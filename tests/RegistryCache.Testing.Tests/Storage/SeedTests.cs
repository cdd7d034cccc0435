using RegistryCache.Fixtures;

namespace RegistryCache.Testing.Tests.Storage;

/// <summary>Registries that begin with the content of an OCI layout.</summary>
[Category("Integration")]
internal sealed class SeedTests : RegistryFixture
{
    [Test]
    public async Task Every_blob_and_tag_of_a_layout_is_there()
    {
        var layout = FixtureLayout.Open("max-gzip");

        await Registry.SeedAsync(layout.Directory, "acme/app");

        var repository = Registry.Repository("acme/app");
        var files = Directory.GetFiles(Path.Combine(layout.Directory, "blobs", "sha256")).Select(static f => "sha256:" + Path.GetFileName(f));
        Assert.That(repository.Blobs.Keys.Concat(repository.Manifests.Keys), Is.EquivalentTo(files));
        Assert.That(repository.Tags.Values, Is.EqualTo(new[] { layout.DigestOf() }));
        var got = await SendAsync("GET", $"/v2/acme/app/manifests/{repository.Tags.Keys.Single()}");
        Assert.That(await got.Content.ReadAsByteArrayAsync(), Is.EqualTo(layout.Read(layout.DigestOf())));
    }

    [Test]
    public void A_directory_that_is_no_layout_is_refused() =>
        Assert.That(() => Registry.SeedAsync(Path.GetTempPath(), "a/b"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("not an OCI layout"));

    [Test]
    public void A_damaged_layout_is_refused_and_the_blob_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("test-registry-");
        try
        {
            FixtureLayout.Open("max-gzip").CopyTo(directory.FullName);
            var blob = Directory.GetFiles(Path.Combine(directory.FullName, "blobs", "sha256")).First();
            File.Delete(blob);
            File.WriteAllText(blob, "other");

            Assert.That(() => Registry.SeedAsync(directory.FullName, "a/b"), Throws.TypeOf<InvalidDataException>().With.Message.Contains(Path.GetFileName(blob)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
