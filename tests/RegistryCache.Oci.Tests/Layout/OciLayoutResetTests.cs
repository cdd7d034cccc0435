using System.Text;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Layout;

[TestFixture]
public sealed class OciLayoutResetTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly OciLayoutOptions AtOnce = new() { ResetGracePeriod = TimeSpan.Zero };

    private TemporaryDirectory _directory = null!;
    private OciLayoutStore _store = null!;

    [SetUp]
    public void Create()
    {
        _directory = new TemporaryDirectory();
        _store = new OciLayoutStore(_directory.Path);
    }

    [TearDown]
    public void Remove() => _directory.Remove();

    [Test]
    public async Task What_no_tag_reaches_goes_and_what_any_tag_reaches_stays()
    {
        var (oldManifest, oldLayer) = await PushAsync(1, "latest");
        var (otherManifest, otherLayer) = await PushAsync(2, "other");
        var (newManifest, newLayer) = await PushAsync(3, "latest");

        var report = await new OciLayoutStore(_directory.Path, AtOnce).ResetAsync(None);

        Assert.That(report.Refusal, Is.Null);
        Assert.That(report.RemovedBlobs, Is.EquivalentTo([oldManifest, oldLayer]));
        foreach (var digest in new[] { otherManifest, otherLayer, newManifest, newLayer })
            Assert.That(await _store.FindBlobAsync(digest, None), Is.Not.Null);
    }

    [Test]
    public async Task Young_blobs_are_spared()
    {
        await PushAsync(1, "latest");
        await PushAsync(2, "latest");

        var report = await _store.ResetAsync(None);

        Assert.That(report.RemovedBlobs, Is.Empty);
        Assert.That(report.SparedBlobs, Is.EqualTo(2));
        Assert.That(report.SparedBytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_sweep_says_what_it_kept_and_why_and_an_option_sets_the_age([Values] bool atOnce)
    {
        await PushAsync(1, "latest");
        await PushAsync(2, "latest");
        var store = new OciLayoutStore(_directory.Path, new OciLayoutOptions { ResetGracePeriod = atOnce ? TimeSpan.Zero : TimeSpan.FromMinutes(90) });
        var spared = (await _store.ResetAsync(None)).SparedBytes;

        var report = await store.SweepAsync(None);

        Assert.That(report.RemovedBlobs, Is.EqualTo(atOnce ? 2 : 0));
        if (atOnce)
            Assert.That(report.Warnings, Is.Empty);
        else
            Assert.That(report.Warnings.Single(), Does.Contain($"kept {spared} bytes in 2 blobs").And.Contain("01:30:00").And.Contain("ResetGracePeriod"));
    }

    [Test]
    public async Task Nothing_goes_when_anything_reachable_is_missing([Values] bool manifestIsMissing)
    {
        await PushAsync(1, "latest");
        var (manifest, layer) = await PushAsync(2, "latest");
        await PushAsync(3, tag: null);
        File.Delete(_directory["blobs", "sha256", (manifestIsMissing ? manifest : layer).Hex]);
        var before = Directory.GetFiles(_directory["blobs", "sha256"]);

        var report = await new OciLayoutStore(_directory.Path, AtOnce).ResetAsync(None);

        Assert.That(report.Refusal, Is.Not.Empty);
        Assert.That(Directory.GetFiles(_directory["blobs", "sha256"]), Is.EquivalentTo(before));
    }

    [Test]
    public async Task Stores_that_push_tags_into_one_directory_at_once_lose_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                // A second store has its own file handle, like a separate process. The lock depends on the handle.
                var store = new OciLayoutStore(_directory.Path);
                await store.PushManifestAsync(new ManifestContent(MediaTypes.OciManifest, "{}"u8.ToArray()), $"tag-{writer}-{i}", None);
            }
        })));

        Assert.That(await _store.ListTagsAsync(None).ToListAsync(), Has.Count.EqualTo(40));
    }

    private async Task<(Digest Manifest, Digest Layer)> PushAsync(int seed, string? tag)
    {
        var layer = TestBlob.Create(100, seed);
        await _store.PushBlobAsync(layer.Descriptor, layer.Source, null, None);
        var child = "{\"mediaType\":\"" + MediaTypes.OciLayerGzip + "\",\"digest\":\"" + layer.Digest + "\",\"size\":100}";
        var manifest = new ManifestContent(MediaTypes.OciManifest, Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"layers\":[" + child + "]}"));
        await _store.PushManifestAsync(manifest, tag, None);
        return (manifest.Descriptor.Digest, layer.Digest);
    }
}
