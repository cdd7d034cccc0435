using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Registry;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Uploads to the real registry server: single PUT, chunks, mounts, expired tokens.</summary>
[Category("Integration")]
public sealed class RegistryUploadTests
{
    [Test]
    public async Task Chunks_and_parallel_ranges_carry_a_blob_there_and_back()
    {
        await using var server = await RegistryServer.StartAsync();
        var options = new RegistryClientOptions();
        options = options with { ChunkedUploads = true, UploadChunkBytes = 64 << 10 };
        options = options with { ParallelRanges = 4, ParallelBelowRate = long.MaxValue, ParallelRangeBytes = 64 << 10 };
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(server.Host, "a/chunks");
        var blob = TestBlob.Create(1_000_001);

        var result = await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        Assert.That(result, Is.EqualTo((BlobPushOutcome.Uploaded, blob.Bytes.Length)));
        await using var stream = await store.OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Tags_are_listed_and_a_manifest_is_deleted_with_its_tags()
    {
        await using var server = await RegistryServer.StartAsync();
        await using var client = new RegistryClient();
        var store = client.OpenRepository(server.Host, "a/tags");
        var config = TestBlob.Create(10);
        await store.PushBlobAsync(config.Descriptor, config.Source, null, CancellationToken.None);
        var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{config.Digest}}","size":10},"layers":[]}""";
        var manifest = new ManifestContent(MediaTypes.OciManifest, System.Text.Encoding.UTF8.GetBytes(json));
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names)
            await store.PushManifestAsync(manifest, name, CancellationToken.None);

        var tags = new List<string>();
        await foreach (var tag in ((RegistryContentStore)store).ListTagsAsync(pageSize: 2, CancellationToken.None))
            tags.Add(tag);

        // distribution 2.8 answers in one page and unsorted.
        Assert.That(tags, Is.EquivalentTo(names));
        Assert.That(await store.DeleteManifestAsync(ManifestReference.ByDigest(manifest.Descriptor.Digest), CancellationToken.None), Is.True);
        Assert.That(await store.ResolveManifestAsync(ManifestReference.ByTag("a"), CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_blob_is_mounted_from_the_repository_that_its_source_names()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { TokenServer = tokens });
        await using var client = new RegistryClient(WithPassword(server));
        var first = client.OpenRepository(server.Host, "a/first");
        var blob = TestBlob.Create(1000);
        await first.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        var result = await client.OpenRepository(server.Host, "a/second")
            .PushBlobAsync(blob.Descriptor, new MountedSource(blob.Source, first.Origin!), null, CancellationToken.None);

        Assert.That(result, Is.EqualTo((BlobPushOutcome.Mounted, 0)));
    }

    [TestCase(false)]
    [TestCase(true)]
    [Category("Slow")]
    public async Task Tokens_of_one_second_carry_uploads_that_take_more_than_four(bool chunked)
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Lifetime = TimeSpan.FromSeconds(1);
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { TokenServer = tokens });
        var options = WithPassword(server);
        options = options with { ChunkedUploads = chunked, UploadChunkBytes = 64 << 10 };
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(server.Host, "a/slow");
        var blob = TestBlob.Create(600_000);
        var slow = BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(new SlowStream(blob.Bytes, 64 << 10, TimeSpan.FromSeconds(0.4))), blob.Bytes.Length);

        var results = await Task.WhenAll(
            store.PushBlobAsync(blob.Descriptor, slow, null, CancellationToken.None),
            client.OpenRepository(server.Host, "a/other").PushBlobAsync(blob.Descriptor, slow, null, CancellationToken.None));

        Assert.That(results.Select(result => result.Outcome), Is.All.EqualTo(BlobPushOutcome.Uploaded));
        Assert.That(await store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(blob.Bytes.Length));
        Assert.That(tokens.Requests, Has.Count.GreaterThan(2));
    }

    private static RegistryClientOptions WithPassword(RegistryServer server) => new()
    {
        Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [server.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password) }),
    };

    private sealed class MountedSource(BlobSource inner, ImageReference origin) : BlobSource
    {
        public override long? Length => inner.Length;

        public override ImageReference? Origin => origin;

        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => inner.OpenReadAsync(cancellationToken);
    }

    private sealed class SlowStream(byte[] bytes, int step, TimeSpan pause) : MemoryStream(bytes, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length > 1)
                await Task.Delay(pause, cancellationToken);
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, step)], cancellationToken);
        }
    }
}
