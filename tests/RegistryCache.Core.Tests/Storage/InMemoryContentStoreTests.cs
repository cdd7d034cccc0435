using System.Text;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Storage;

internal sealed class InMemoryContentStoreTests
{
    [Test]
    public void The_name_given_is_the_name_shown() =>
        Assert.That(new InMemoryContentStore("the test").DisplayName, Is.EqualTo("the test"));

    [Test]
    public async Task What_is_stored_can_be_listed_and_removed()
    {
        var memory = new InMemoryContentStore();
        foreach (var blob in new[] { TestBlob.Create(100), TestBlob.Create(101) })
            await memory.PushBlobAsync(blob.Descriptor, blob.Source, null);
        var manifest = new ManifestContent(MediaTypes.OciManifest, Encoding.ASCII.GetBytes("""{"schemaVersion":2}"""));
        await memory.PushManifestAsync(manifest, "latest");
        var digest = manifest.Descriptor.Digest;

        Assert.That(memory.BlobDigests, Has.Count.EqualTo(2).And.Ordered);
        Assert.That(memory.ManifestDigests, Is.EqualTo(new[] { digest }));
        Assert.That(memory.Tags, Is.EqualTo(new Dictionary<string, Digest> { ["latest"] = digest }));

        Assert.That(memory.RemoveTag("latest"), Is.True);
        Assert.That(memory.RemoveTag("latest"), Is.False);
        Assert.That(await memory.ResolveManifestAsync(ManifestReference.ByTag("latest")), Is.Null);
        Assert.That(memory.RemoveManifest(digest), Is.True);
        Assert.That(await memory.ResolveManifestAsync(ManifestReference.ByDigest(digest)), Is.Null);
        foreach (var blob in memory.BlobDigests)
            Assert.That(memory.RemoveBlob(blob), Is.True);
        Assert.That(memory.BlobDigests, Is.Empty);
    }

    [Test]
    public void A_blob_that_no_array_can_hold_is_refused_before_it_is_opened()
    {
        var descriptor = new Descriptor(MediaTypes.OciLayer, Digest.OfText("x"), 10L << 30);
        var source = new ScriptedBlobSource([]);

        Assert.That(
            async () => await new InMemoryContentStore().PushBlobAsync(descriptor, source, null),
            Throws.InstanceOf<LimitExceededException>());
        Assert.That(source.Opened, Is.Zero);
    }
}
