using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Storage;

[TestFixture]
public sealed class InMemoryContentStoreTests : ContentStoreContract
{
    private InMemoryContentStore Memory => (InMemoryContentStore)Store;

    protected override Task<IContentStore> CreateAsync() => Task.FromResult<IContentStore>(new InMemoryContentStore("the test"));

    protected override async Task CorruptBlobAsync(Digest digest)
    {
        var size = await Store.FindBlobAsync(digest, CancellationToken.None);
        Memory.OverwriteBlob(digest, new byte[size!.Value]);
    }

    protected override async Task CorruptManifestAsync(Digest digest)
    {
        var descriptor = await Store.ResolveManifestAsync(ManifestReference.ByDigest(digest), CancellationToken.None);
        Memory.OverwriteManifest(digest, new byte[descriptor!.Size]);
    }

    [Test]
    public void The_name_given_is_the_name_shown() => Assert.That(Store.DisplayName, Is.EqualTo("the test"));

    [Test]
    public async Task What_is_stored_can_be_listed_and_removed()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "latest");
        var digest = manifest.Descriptor.Digest;

        Assert.That(Memory.BlobDigests, Has.Count.EqualTo(2).And.Ordered);
        Assert.That(Memory.ManifestDigests, Is.EqualTo(new[] { digest }));
        Assert.That(Memory.Tags, Is.EqualTo(new Dictionary<string, Digest> { ["latest"] = digest }));

        Assert.That(Memory.RemoveTag("latest"), Is.True);
        Assert.That(Memory.RemoveTag("latest"), Is.False);
        Assert.That(await Store.ResolveManifestAsync(ManifestReference.ByTag("latest"), CancellationToken.None), Is.Null);
        Assert.That(Memory.RemoveManifest(digest), Is.True);
        Assert.That(await Store.ResolveManifestAsync(ManifestReference.ByDigest(digest), CancellationToken.None), Is.Null);
        foreach (var blob in Memory.BlobDigests)
            Assert.That(Memory.RemoveBlob(blob), Is.True);
        Assert.That(Memory.BlobDigests, Is.Empty);
    }

    [Test]
    public void A_blob_that_no_array_can_hold_is_refused_before_it_is_opened()
    {
        var descriptor = new Descriptor(MediaTypes.OciLayer, Digest.OfText("x"), 10L << 30);
        var source = new ScriptedBlobSource([]);

        Assert.That(
            async () => await Store.PushBlobAsync(descriptor, source, null, CancellationToken.None),
            Throws.InstanceOf<LimitExceededException>());
        Assert.That(source.Opened, Is.Zero);
    }
}
