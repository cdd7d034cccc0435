using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RegistryCache.Core.Content;
using RegistryCache.Core.Storage;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>
/// Many blobs and a large one. <c>REGISTRYCACHE_LARGE_MB</c> sets the size of the large one in megabytes (default 256). The registry
/// hashes it and discards it, so all memory growth is the client's.
/// </summary>
[Category("Integration")]
[Category("Slow")]
public sealed class ScaleTests
{
    private const long Room = 96 << 20;

    [Test]
    public async Task A_thousand_blobs_go_there_and_back()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = TestAccount.Bearer });
        await using var client = Client(registry);
        var store = client.OpenRepository(registry.Host, "a/thousand");
        var blobs = Enumerable.Range(1, 1000).Select(static seed => TestBlob.Create(2000 + seed, seed)).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8 };

        await Parallel.ForEachAsync(blobs, parallel, async (blob, token) => await store.PushBlobAsync(blob.Descriptor, blob.Source, null, token));
        await Parallel.ForEachAsync(blobs, parallel, async (blob, token) =>
        {
            await using var stream = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(token);
            await stream.CopyToAsync(Stream.Null, token);
        });

        Assert.That(registry.Repository("a/thousand").Blobs, Has.Count.EqualTo(1000));
        Assert.That(registry.TokensIssued, Is.LessThanOrEqualTo(2));
        Assert.That(registry.Violations, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Memory_stays_flat_under_a_large_blob(bool inParts)
    {
        // Chunks repeat the same steps sooner, so a quarter shows as much.
        var size = ((long)Setting("REGISTRYCACHE_LARGE_MB", 256) << 20) / (inParts ? 4 : 1);
        var directory = Directory.CreateTempSubdirectory("registry-cache-large-");
        await using var end = new Removal(directory);
        await using var registry = await TestRegistry.StartAsync(new() { Directory = directory.FullName });
        await using var client = Client(registry, options =>
        {
            options = options with { ChunkedUploads = inParts };
            return options with { ParallelRanges = 1 };
        });
        var store = client.OpenRepository(registry.Host, "a/large");
        var blob = new Descriptor(MediaTypes.OciLayerGzip, await DigestAsync(size), size);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = new MemoryWatch();

        await store.PushBlobAsync(blob, BlobSource.FromDelegate(_ => ValueTask.FromResult<Stream>(new GeneratedStream(size, 1)), size), watch, CancellationToken.None);
        await using (var stream = await store.OpenBlobAsync(blob, CancellationToken.None))
            await watch.DrainAsync(stream);

        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{size >> 20} MB: managed +{(watch.Managed - before) >> 20} MB, resident {watch.Resident >> 20} MB at most"));
        Assert.That(watch.Managed - before, Is.LessThan(Room));
        Assert.That(registry.Violations, Is.Empty);
    }

    private static async Task<Digest> DigestAsync(long size)
    {
        await using var content = new GeneratedStream(size, 1);
        return Digest.FromHash(DigestAlgorithm.Sha256, await SHA256.HashDataAsync(content));
    }

    private static RegistryClient Client(TestRegistry registry, Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        var options = FaultBench.Configure(new RegistryClientOptions(), registry.Host, TimeProvider.System, new RecordedLog());
        return new RegistryClient(configure?.Invoke(options) ?? options);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private sealed class Removal(DirectoryInfo directory) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            directory.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class MemoryWatch : IProgress<TransferProgress>
    {
        private int _reports;

        public long Managed { get; private set; }

        public long Resident { get; private set; }

        public void Report(TransferProgress value)
        {
            if (_reports++ % 32 != 0)
                return;
            Managed = Math.Max(Managed, GC.GetTotalMemory(forceFullCollection: false));
            using var process = Process.GetCurrentProcess();
            Resident = Math.Max(Resident, process.WorkingSet64);
        }

        public async Task DrainAsync(Stream stream)
        {
            var buffer = new byte[1 << 20];
            while (await stream.ReadAsync(buffer) > 0)
                Report(default!);
        }
    }
}
