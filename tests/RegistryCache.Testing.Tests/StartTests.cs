namespace RegistryCache.Testing.Tests;

/// <summary>Registries side by side, and their end.</summary>
[Category("Integration")]
internal sealed class StartTests
{
    [Test]
    public async Task Registries_side_by_side_know_nothing_of_each_other()
    {
        var registries = await Task.WhenAll(Enumerable.Range(0, 20).Select(static _ => TestRegistry.StartAsync()));
        await Task.WhenAll(registries.Select(static async (registry, number) =>
        {
            using var client = registry.CreateClient();
            await client.PushBlobAsync("a/b", [(byte)number]);
        }));

        Assert.That(registries.Select(static r => r.Host).Distinct().Count(), Is.EqualTo(20));
        Assert.That(registries.Select(static r => r.Repository("a/b").Blobs.Keys.Single()).Distinct().Count(), Is.EqualTo(20));
        foreach (var registry in registries)
            await registry.DisposeAsync();
    }

    [Test]
    public async Task After_the_end_nobody_listens()
    {
        var registry = await TestRegistry.StartAsync();
        using var client = registry.CreateClient();
        await registry.DisposeAsync();

        Assert.That(() => client.GetAsync(new Uri("/v2/", UriKind.Relative)), Throws.TypeOf<HttpRequestException>());
    }

    [Test]
    public async Task The_traffic_is_told_as_plain_data()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = registry.CreateClient();

        await client.PushBlobAsync("a/b", new byte[1000]);
        await client.GetByteArrayAsync(new Uri($"/v2/a/b/blobs/{Wire.Sha256(new byte[1000])}", UriKind.Relative));

        Assert.That(registry.Requests.Select(static r => (r.Method, r.Kind, r.Status, r.BytesReceived, r.BytesSent)), Is.EqualTo(new[]
        {
            ("POST", RequestKind.UploadStart, 202, 0L, 0L), ("PUT", RequestKind.Upload, 201, 1000L, 0L), ("GET", RequestKind.Blob, 200, 0L, 1000L),
        }));
        Assert.That((registry.BytesReceived, registry.BytesSent), Is.EqualTo((1000L, 1000L)));
        Assert.That(registry.Requests[2].Path, Does.StartWith("/v2/a/b/blobs/sha256:"));
    }
}
