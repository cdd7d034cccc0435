using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Several requests at once to a host that says nothing. Requests that could share a connection wait for each other's attempts.</summary>
[Category("Integration")]
internal sealed class SilentHostTests
{
    private const int Requests = 10;

    [Test]
    [Platform("Linux", Reason = "A full queue of connections drops others only there.")]
    public async Task Each_request_to_a_host_that_drops_connections_says_that_it_cannot_be_reached()
    {
        using var port = new SilentPort();

        await EachFailsAsync(port.Host);
    }

    [Test]
    public async Task Each_request_to_a_host_that_takes_connections_and_says_nothing_says_that_it_cannot_be_reached()
    {
        await using var server = new LoopbackListener(static async (client, stop) =>
        {
            try
            {
                await client.GetStream().CopyToAsync(Stream.Null, stop);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client gave up.
            }
        });
        server.Start();

        await EachFailsAsync(server.Host);
    }

    // One after another, they would need ten times the limit of a connection, which is longer than a request may be silent.
    private static async Task EachFailsAsync(string host)
    {
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            UsePlainHttp = static _ => false,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            StallTimeout = TimeSpan.FromSeconds(5),
            MaxAttempts = 1,
        });
        var store = client.OpenRepository(host, "a/b");

        var failures = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
        {
            try
            {
                await store.FindBlobAsync(Digest.OfText($"{i}"), CancellationToken.None);
                return null;
            }
            catch (RegistryTransferException e)
            {
                return e;
            }
        }));

        Assert.That(failures.Select(static e => e?.Code), Is.EqualTo(Enumerable.Repeat(RegistryCacheErrorCode.RegistryUnreachable, Requests)));
        Assert.That(failures.Select(static e => e!.Message), Has.All.Contain($"{host} could not be reached"));
    }
}
