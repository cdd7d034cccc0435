using System.Text;
using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;

namespace RegistryCache.Fixtures.Contracts;

public abstract partial class ContentStoreContract
{
    private const long Plenty = 1 << 20;

    [Test]
    public async Task An_absent_tag_or_digest_is_a_miss()
    {
        var byTag = ManifestReference.ByTag("latest");
        var byDigest = ManifestReference.ByDigest(Digest.OfText("nothing"));

        Assert.That(await Store.ResolveManifestAsync(byTag, CancellationToken.None), Is.Null);
        Assert.That(await Store.ResolveManifestAsync(byDigest, CancellationToken.None), Is.Null);
        Assert.That(await Store.FetchManifestAsync(byTag, Plenty, CancellationToken.None), Is.Null);
        Assert.That(await Store.FetchManifestAsync(byDigest, Plenty, CancellationToken.None), Is.Null);
    }

    [TestCase(MediaTypes.OciManifest)]
    [TestCase(MediaTypes.OciIndex)]
    [TestCase(MediaTypes.DockerManifest)]
    [TestCase(MediaTypes.DockerManifestList)]
    public async Task A_manifest_comes_back_byte_for_byte_by_tag_and_by_digest(string mediaType)
    {
        var manifest = await PushManifestAsync(mediaType, "latest");

        foreach (var reference in References(manifest, "latest"))
        {
            var resolved = await Store.ResolveManifestAsync(reference, CancellationToken.None);
            var fetched = await Store.FetchManifestAsync(reference, Plenty, CancellationToken.None);

            Assert.That(resolved, Is.Not.Null);
            Assert.That(resolved!.MediaType, Is.EqualTo(mediaType));
            Assert.That(resolved.Digest, Is.EqualTo(manifest.Descriptor.Digest));
            Assert.That(resolved.Size, Is.EqualTo(manifest.Descriptor.Size));
            Assert.That(fetched, Is.Not.Null);
            Assert.That(fetched!.Bytes.ToArray(), Is.EqualTo(manifest.Bytes.ToArray()));
            Assert.That(fetched.Descriptor.MediaType, Is.EqualTo(mediaType));
            Assert.That(fetched.Descriptor.Digest, Is.EqualTo(manifest.Descriptor.Digest));
        }
    }

    [Test]
    public async Task A_manifest_without_a_tag_is_found_by_its_digest_only()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, tag: null);

        Assert.That(await FetchAsync(ManifestReference.ByDigest(manifest.Descriptor.Digest)), Is.EqualTo(manifest.Bytes.ToArray()));
        Assert.That(await FetchAsync(ManifestReference.ByTag("latest")), Is.Null);
    }

    [Test]
    public async Task A_tag_moves_and_the_old_manifest_stays()
    {
        var first = await PushManifestAsync(MediaTypes.OciManifest, "latest", seed: 1);
        var second = await PushManifestAsync(MediaTypes.OciManifest, "latest", seed: 2);

        Assert.That(await FetchAsync(ManifestReference.ByTag("latest")), Is.EqualTo(second.Bytes.ToArray()));
        Assert.That(await FetchAsync(ManifestReference.ByDigest(first.Descriptor.Digest)), Is.EqualTo(first.Bytes.ToArray()));
    }

    [Test]
    public async Task One_manifest_may_have_two_tags()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "one");
        await Store.PushManifestAsync(manifest, "two", CancellationToken.None);
        var other = await PushManifestAsync(MediaTypes.OciManifest, "one", seed: 2);

        Assert.That(await FetchAsync(ManifestReference.ByTag("one")), Is.EqualTo(other.Bytes.ToArray()));
        Assert.That(await FetchAsync(ManifestReference.ByTag("two")), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    [Test]
    public async Task Pushing_the_same_manifest_again_changes_nothing()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "latest");

        await Store.PushManifestAsync(manifest, "latest", CancellationToken.None);

        Assert.That(await FetchAsync(ManifestReference.ByTag("latest")), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    [Test]
    public async Task Tags_differ_by_case()
    {
        var lower = await PushManifestAsync(MediaTypes.OciManifest, "main", seed: 1);
        var upper = await PushManifestAsync(MediaTypes.OciManifest, "Main", seed: 2);

        Assert.That(await FetchAsync(ManifestReference.ByTag("main")), Is.EqualTo(lower.Bytes.ToArray()));
        Assert.That(await FetchAsync(ManifestReference.ByTag("Main")), Is.EqualTo(upper.Bytes.ToArray()));
    }

    [Test]
    public async Task Tags_pushed_at_once_are_all_there()
    {
        var manifests = new List<ManifestContent>();
        for (var i = 0; i < 8; i++)
            manifests.Add(await PushManifestAsync(MediaTypes.OciManifest, tag: null, seed: i));

        await Task.WhenAll(manifests.Select((m, i) => Task.Run(() => Store.PushManifestAsync(m, "tag" + i, CancellationToken.None))));

        for (var i = 0; i < manifests.Count; i++)
            Assert.That(await FetchAsync(ManifestReference.ByTag("tag" + i)), Is.EqualTo(manifests[i].Bytes.ToArray()), "tag" + i);
    }

    [Test]
    public async Task A_manifest_larger_than_allowed_is_refused()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "latest");
        var size = manifest.Descriptor.Size;

        foreach (var reference in References(manifest, "latest"))
        {
            Assert.That(
                async () => await Store.FetchManifestAsync(reference, size - 1, CancellationToken.None),
                Throws.InstanceOf<LimitExceededException>());
            Assert.That((await Store.FetchManifestAsync(reference, size, CancellationToken.None))?.Descriptor.Size, Is.EqualTo(size));
        }
    }

    [Test]
    public async Task A_deleted_tag_is_gone_and_the_manifest_stays()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "one");
        await Store.PushManifestAsync(manifest, "two", CancellationToken.None);
        if (!DeletesTags)
        {
            await AssertNothingIsDeletedAsync(ManifestReference.ByTag("one"), manifest);
            return;
        }

        Assert.That(await Store.DeleteManifestAsync(ManifestReference.ByTag("one"), CancellationToken.None), Is.True);
        Assert.That(await Store.DeleteManifestAsync(ManifestReference.ByTag("one"), CancellationToken.None), Is.False);
        Assert.That(await FetchAsync(ManifestReference.ByTag("one")), Is.Null);
        Assert.That(await FetchAsync(ManifestReference.ByTag("two")), Is.EqualTo(manifest.Bytes.ToArray()));
        Assert.That(await FetchAsync(ManifestReference.ByDigest(manifest.Descriptor.Digest)), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    [Test]
    public async Task A_manifest_is_deleted_with_all_tags_on_it()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "one");
        await Store.PushManifestAsync(manifest, "two", CancellationToken.None);
        var other = await PushManifestAsync(MediaTypes.OciManifest, "other", seed: 2);
        var reference = ManifestReference.ByDigest(manifest.Descriptor.Digest);
        if (!Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests))
        {
            await AssertNothingIsDeletedAsync(reference, manifest);
            return;
        }

        Assert.That(await Store.DeleteManifestAsync(reference, CancellationToken.None), Is.True);
        Assert.That(await Store.DeleteManifestAsync(reference, CancellationToken.None), Is.False);
        Assert.That(await FetchAsync(ManifestReference.ByTag("one")), Is.Null);
        Assert.That(await FetchAsync(ManifestReference.ByTag("two")), Is.Null);
        Assert.That(await FetchAsync(ManifestReference.ByTag("other")), Is.EqualTo(other.Bytes.ToArray()));
    }

    [Test]
    public async Task A_tag_is_removed_only_while_it_points_to_the_manifest_that_was_seen()
    {
        var manifest = await PushManifestAsync(MediaTypes.OciManifest, "one");
        await Store.PushManifestAsync(manifest, "two", CancellationToken.None);
        var other = (await PushManifestAsync(MediaTypes.OciManifest, "other", seed: 2)).Descriptor.Digest;
        if (!Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests))
            Assert.Ignore("The store does not delete.");

        Assert.That((await Store.RemoveAsync("one", other)).Outcome, Is.EqualTo(ManifestRemoval.InUse));
        Assert.That((await Store.RemoveAsync(null, manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.InUse).Or.EqualTo(ManifestRemoval.Refused));
        Assert.That((await Store.RemoveAsync("one", manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Deleted).Or.EqualTo(ManifestRemoval.DeletedByThrowaway));
        Assert.That((await Store.RemoveAsync("one", manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Absent));
        Assert.That(await FetchAsync(ManifestReference.ByTag("one")), Is.Null);
        Assert.That(await FetchAsync(ManifestReference.ByTag("two")), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    private async Task AssertNothingIsDeletedAsync(ManifestReference reference, ManifestContent manifest)
    {
        Assert.That(
            async () => await Store.DeleteManifestAsync(reference, CancellationToken.None),
            Throws.InstanceOf<NotSupportedException>().Or.InstanceOf<RegistryCacheException>());
        Assert.That(await FetchAsync(ManifestReference.ByTag("one")), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    /// <summary>Pushes a manifest of one config and one layer, both of which are pushed first.</summary>
    protected async Task<ManifestContent> PushManifestAsync(string mediaType, string? tag, int seed = 1)
    {
        var layer = TestBlob.Create(100, seed);
        var config = TestBlob.FromBytes(Encoding.UTF8.GetBytes($$"""{"layers":[{"blob":"{{layer.Digest}}"}]}"""));
        foreach (var blob in new[] { layer, config })
            await Store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        // The odd white space would not survive a store that parses and prints again.
        var layerEntry = $$"""{ "mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{layer.Digest}}","size":{{layer.Bytes.Length}} }""";
        var configEntry = $$"""{"mediaType":"{{MediaTypes.CacheConfig}}","digest":"{{config.Digest}}","size":{{config.Bytes.Length}}}""";
        var members = mediaType is MediaTypes.OciManifest or MediaTypes.DockerManifest
            ? $"\"config\":{configEntry},\"layers\":[{layerEntry}]"
            : $"\"manifests\":[{layerEntry},{configEntry}]";
        var manifest = new ManifestContent(
            mediaType, Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{mediaType}}", {{members}}}""" + "\n"));
        await Store.PushManifestAsync(manifest, tag, CancellationToken.None);
        return manifest;
    }

    private static IEnumerable<ManifestReference> References(ManifestContent manifest, string tag) =>
        [ManifestReference.ByTag(tag), ManifestReference.ByDigest(manifest.Descriptor.Digest)];

    private async Task<byte[]?> FetchAsync(ManifestReference reference) =>
        (await Store.FetchManifestAsync(reference, Plenty, CancellationToken.None))?.Bytes.ToArray();
}
