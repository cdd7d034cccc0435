using RegistryCache.Storage;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>A small blob costs as few round trips as the registry allows.</summary>
[Category("Integration")]
internal sealed class SmallBlobTests
{
    private TestRegistry _registry = null!;
    private RegistryClient _client = null!;
    private IContentStore _store = null!;

    [SetUp]
    public async Task Start()
    {
        _registry = await TestRegistry.StartAsync();
        _client = new RegistryClient();
        _store = _client.OpenRepository(_registry.Host, "a/small");
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task A_registry_that_takes_a_single_post_gets_no_other_request_for_a_blob()
    {
        _registry.Reset(new TestRegistryOptions { Quirks = new() { SinglePostStatus = 201 } });
        await PushAsync(9);
        var seen = _registry.Requests.Count;

        await PushAsync(4, from: 9);

        Assert.That(Methods(seen), Is.EqualTo(new[] { "POST", "POST", "POST", "POST" }));
    }

    [TestCase(202)]
    [TestCase(400)]
    [TestCase(405)]
    [TestCase(500)]
    public async Task A_registry_that_does_not_take_it_is_tried_once(int status)
    {
        _registry.Reset(new TestRegistryOptions { Quirks = new() { SinglePostStatus = status } });

        await PushAsync(3);

        Assert.That(_registry.Requests.Count(r => r.Target.Contains("uploads/?digest=", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_registry.OpenUploads, Is.Zero);
    }

    [Test]
    public async Task After_eight_absent_blobs_in_a_row_one_in_eight_is_asked_for()
    {
        await PushAsync(8);
        var seen = _registry.Requests.Count;

        await PushAsync(16, from: 8);

        Assert.That(Methods(seen).Count(m => m == "HEAD"), Is.EqualTo(2));
    }

    [Test]
    public async Task Once_a_blob_is_found_each_is_asked_for_again()
    {
        await PushAsync(16);
        await PushAsync(8);
        var seen = _registry.Requests.Count;

        await PushAsync(8, from: 8);

        Assert.That(Methods(seen), Is.EqualTo(Enumerable.Repeat("HEAD", 8)));
    }

    [Test]
    public async Task A_large_blob_is_always_asked_for()
    {
        await PushAsync(8);
        var blob = TestBlob.Create(100_000);
        await _store.PushBlobAsync(blob.Descriptor, blob.Source, null);
        var seen = _registry.Requests.Count;

        var result = await _store.PushBlobAsync(blob.Descriptor, blob.Source, null);

        Assert.That(result.Outcome, Is.EqualTo(BlobPushOutcome.AlreadyPresent));
        Assert.That(Methods(seen), Is.EqualTo(new[] { "HEAD" }));
    }

    private async Task PushAsync(int count, int from = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            var blob = TestBlob.Create(1000 + i);
            await _store.PushBlobAsync(blob.Descriptor, blob.Source, null);
            Assert.That(_registry.Repository("a/small").Blobs, Does.ContainKey(blob.Digest.ToString()));
        }
    }

    private List<string> Methods(int after) => [.. _registry.Requests.Skip(after).Select(r => r.Method)];
}
