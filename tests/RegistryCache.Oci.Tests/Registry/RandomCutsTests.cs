using System.Diagnostics;
using System.Globalization;
using RegistryCache.Core.Storage;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>
/// Random cuts between the client and the real registry under parallel transfers. <c>REGISTRYCACHE_CUTS_MB</c> sets the amount in
/// megabytes per round (default 32), <c>REGISTRYCACHE_CUTS_SECONDS</c> how long rounds follow each other (default one round), and
/// <c>REGISTRYCACHE_CUTS_SEED</c> the seed.
/// </summary>
[Category("Integration")]
[Category("Slow")]
public sealed class RandomCutsTests
{
    [Test]
    public async Task A_parallel_export_and_import_completes_and_every_digest_holds()
    {
        var megabytes = Setting("REGISTRYCACHE_CUTS_MB", 32);
        var seed = Setting("REGISTRYCACHE_CUTS_SEED", Environment.TickCount);
        await TestContext.Out.WriteLineAsync($"seed {seed}, {megabytes} MB");
        await using var server = await RegistryServer.StartAsync();
        await using var proxy = new TcpFaultProxy(server.Port, maxBytes: 6 << 20, seed);
        var options = new RegistryClientOptions();
        options = options with { MaxAttempts = 40, RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(100) };
        options = options with { UploadChunkBytes = 1 << 20 };
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(proxy.Host, "cuts/cache");
        var started = Stopwatch.GetTimestamp();
        var rounds = 0;
        List<TestBlob> blobs;
        do
        {
            blobs = [.. Enumerable.Range(rounds++ * 1000, megabytes / 4).Select(static i => TestBlob.Create(4 << 20, seed: i + 1))];
            await PushAndPullAsync(store, blobs);
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < Setting("REGISTRYCACHE_CUTS_SECONDS", 0));

        await TestContext.Out.WriteLineAsync($"{rounds} rounds in {Stopwatch.GetElapsedTime(started)}");
        await TestContext.Out.WriteLineAsync($"{proxy.Cuts} cuts");
        Assert.That(proxy.Cuts, Is.GreaterThan(0));
        await using var direct = new RegistryClient();
        foreach (var blob in blobs)
            Assert.That(await direct.OpenRepository(server.Host, "cuts/cache").FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(blob.Bytes.Length));
    }

    private static async Task PushAndPullAsync(IContentStore store, List<TestBlob> blobs)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(blobs, parallel, async (blob, ct) => await store.PushBlobAsync(blob.Descriptor, blob.Source, null, ct));
        await Parallel.ForEachAsync(blobs, parallel, async (blob, ct) =>
        {
            // The stream verifies the digest before it ends.
            await using var stream = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(ct);
            await stream.CopyToAsync(Stream.Null, ct);
        });
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
