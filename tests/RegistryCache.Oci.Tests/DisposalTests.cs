using RegistryCache.Testing.Samples;


namespace RegistryCache.Oci.Tests;

/// <summary>
/// A <see cref="BuildCache"/> that is disposed while it works: every caller gets an answer, which is the result or
/// <see cref="ObjectDisposedException"/>, and nothing is left behind.
/// </summary>
[TestFixture]
[Category("Integration")]
[NonParallelizable]
public sealed class DisposalTests
{
    private const int Callers = 7;
    private const int Megabyte = 1 << 20;
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(2);
    private static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];
    private static readonly string[] Operations = ["save", "restore", "import", "export", "session"];

    private string _root = "";

    [SetUp]
    public void Create() => _root = Directory.CreateTempSubdirectory("registry-cache-disposal-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task Encoding_ends([ValueSource(nameof(Codecs))] string codec)
    {
        var compression = codec switch
        {
            "gzip" => LayerCompression.Gzip,
            "zstd" => LayerCompression.Zstd,
            "estargz" => LayerCompression.EStargz,
            _ => LayerCompression.Uncompressed,
        };
        await CheckAsync(async (caches, underWay) =>
        {
            await using var tar = new Signalling(new MemoryStream(OneFile(8 * Megabyte)), underWay);
            await using var layer = await caches.EncodeLayerAsync(tar, compression);
        });
    }

    [Test]
    public async Task Every_operation_ends([ValueSource(nameof(Operations))] string operation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "folder")).FullName;
        await using (var file = File.Create(Path.Combine(folder, "file")))
            await new GeneratedStream(8 * Megabyte, 1).CopyToAsync(file);
        var cache = Path.Combine(_root, "cache");
        await using (var before = Build())
            await before.Folders($"type=local,dest={cache}").SaveAsync("key", folder);
        var number = 0;
        await CheckAsync(async (caches, underWay) =>
        {
            var place = Path.Combine(_root, $"place{Interlocked.Increment(ref number)}");
            underWay();
            switch (operation)
            {
                case "save":
                    await caches.Folders($"type=local,dest={place}").SaveAsync("key", folder);
                    break;
                case "restore":
                    await caches.Folders($"type=local,dest={cache}").RestoreAsync("key", [], place);
                    break;
                case "import":
                    await caches.CreateImporter($"type=local,src={cache}").ImportAsync(CancellationToken.None);
                    break;
                case "session":
                    await using (var session = await caches.OpenSessionAsync([$"type=local,src={cache}"]))
                    {
                        await session.RecordAsync(CacheStep.FromDigest(Digest.OfText(place)), LayerSource.FromDirectory(folder));
                    }

                    break;
                default:
                    var import = await caches.CreateImporter($"type=local,src={cache}").ImportAsync(CancellationToken.None);
                    await caches.CreateExporter($"type=local,dest={place},compression=gzip,compression-level=1,force-compression=true")
                        .ExportAsync(import.Graph, CancellationToken.None);
                    break;
            }
        });
    }

    [Test]
    public async Task Nothing_begins_after_the_disposal()
    {
        var caches = Build();
        await caches.DisposeAsync();

        Assert.That(() => caches.CreateImporter($"type=local,src={_root}"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => caches.CreateExporter($"type=local,dest={_root}"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => caches.Folders($"type=local,dest={_root}"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await caches.OpenSessionAsync(Array.Empty<string>()), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await caches.EncodeLayerAsync(new MemoryStream(), LayerCompression.Gzip), Throws.InstanceOf<ObjectDisposedException>());
    }

    private async Task CheckAsync(Func<BuildCache, Action, Task> operate)
    {
        var unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs e) => Interlocked.Increment(ref unobserved);
        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            var seed = Environment.TickCount;
            TestContext.Out.WriteLine($"seed {seed}");
            var random = new Random(seed);
            for (var round = 0; round < 4; round++)
                await RoundAsync(operate, random);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.That(unobserved, Is.Zero, "exceptions that nobody saw");
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }
    }

    private async Task RoundAsync(Func<BuildCache, Action, Task> operate, Random random)
    {
        var caches = Build();
        var moment = TimeSpan.FromMilliseconds(random.Next(0, 30));
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => operate(caches, () => underWay.TrySetResult())))];
        await underWay.Task.WaitAsync(Hanging);
        await Task.Delay(moment);
        await caches.DisposeAsync().AsTask().WaitAsync(Hanging);
        var (done, ended) = (0, 0);
        foreach (var caller in callers)
        {
            try
            {
                await caller.WaitAsync(Hanging);
                done++;
            }
            catch (ObjectDisposedException)
            {
                ended++;
            }
        }

        TestContext.Out.WriteLine($"disposed after {moment.TotalMilliseconds} ms: {done} done, {ended} ended");
        Assert.That(Directory.GetFiles(Path.Combine(_root, "spool")), Is.Empty);
    }

    private BuildCache Build() => new BuildCacheBuilder()
        .UseOci().UseCompression()
        .UseLayerOptions(new LayerOptions { SpoolDirectory = Directory.CreateDirectory(Path.Combine(_root, "spool")).FullName })
        .Build();

    private static byte[] OneFile(int length)
    {
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "file") { DataStream = new MemoryStream(Noise(length)) });
        return tar.ToArray();
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new GeneratedStream(length, 3).ReadExactly(bytes);
        return bytes;
    }

    private sealed class Signalling(Stream inner, Action read) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            read();
            return await inner.ReadAsync(buffer, cancellationToken);
        }
    }
}
