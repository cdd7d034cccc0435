using RegistryCache.Core.Errors;
using RegistryCache.Core.Parameters;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Export;

internal sealed class CacheExporterTests
{
    [Test]
    public async Task Blobs_go_first_then_the_config_and_the_manifest_with_its_tag_last()
    {
        var store = new ScriptedStore();
        var report = await ExportAsync(store, Caches.Steps(5));
        var calls = store.Calls.ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calls[0], Is.EqualTo($"fetch {ManifestReference.ByTag(Caches.Tag)}"), "what the tag holds is looked at before anything is sent");
            calls.RemoveAt(0);
            Assert.That(calls, Has.Count.EqualTo(7));
            Assert.That(calls.Take(5), Is.EquivalentTo(Enumerable.Range(1, 5).Select(i => $"blob {Caches.Layer(i).Digest}")));
            Assert.That(calls[5], Is.EqualTo($"blob {report.Config!.Digest}"));
            Assert.That(calls[6], Is.EqualTo($"manifest {Caches.Tag}"));
            Assert.That(store.Inner.Tags[Caches.Tag], Is.EqualTo(report.Manifest!.Digest));
        }
    }

    [Test]
    public async Task A_failure_at_any_call_leaves_the_tag_on_the_old_cache()
    {
        // Calls 0 and 1 only look at the cache that the tag holds; the export does not depend on them.
        for (var failAt = 2; failAt <= 8; failAt++)
        {
            var store = new ScriptedStore();
            var old = await ExportAsync(store, Caches.Steps(2));
            var number = failAt;
            store.Before = call =>
            {
                if (call == number)
                    throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, $"call {call} fails on purpose");
            };

            var error = Assert.ThrowsAsync<CacheStorageException>(() => ExportAsync(store, Caches.Steps(5, firstSeed: 10)))!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(error.Side, Is.EqualTo(CacheSide.Target));
                Assert.That(store.Inner.Tags, Is.EquivalentTo(new Dictionary<string, Digest> { [Caches.Tag] = old.Manifest!.Digest }));
                Assert.That(store.Inner.ManifestDigests, Has.Count.EqualTo(1));
            }

            store.Before = null;
            var repeated = await ExportAsync(store, Caches.Steps(5, firstSeed: 10));
            Assert.That(store.Inner.Tags[Caches.Tag], Is.EqualTo(repeated.Manifest!.Digest));
        }
    }

    [Test]
    public void A_source_that_fails_or_lies_in_the_middle_is_named_and_nothing_is_tagged([Values("missing", "damaged", "short")] string fault)
    {
        var source = new InMemoryContentStore("origin");
        var target = new InMemoryContentStore("target");
        Assert.That(
            async () =>
            {
                await using var from = Caches.Over(source);
                await from.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(4));
                var import = await from.CreateImporter(Caches.Source).ImportAsync();
                var victim = Caches.Layer(3).Digest;
                if (fault == "missing")
                    source.RemoveBlob(victim);
                else
                    source.OverwriteBlob(victim, new byte[fault == "short" ? 99 : 100]);
                await using var to = Caches.Over(target);
                await to.CreateExporter(Caches.Target).ExportAsync(import.Graph);
            },
            Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Side)).EqualTo(CacheSide.Source));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.Tags, Is.Empty);
            Assert.That(target.ManifestDigests, Is.Empty);
            Assert.That(target.BlobDigests, Does.Not.Contain(Caches.Layer(3).Digest));
        }
    }

    [Test]
    public async Task An_export_without_layers_leaves_the_tag_alone()
    {
        var store = new ScriptedStore();
        var old = await ExportAsync(store, Caches.Steps(2));
        var calls = store.Calls.Count;
        var builder = new CacheGraphBuilder();
        builder.AddSource(Digest.OfText("lonely").ToString());
        foreach (var graph in new[] { CacheGraph.Empty, builder.Build() })
        {
            var report = await ExportAsync(store, graph);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(report.IsEmpty, Is.True);
                Assert.That(report.Manifest, Is.Null);
                Assert.That(store.Calls, Has.Count.EqualTo(calls));
                Assert.That(store.Inner.Tags[Caches.Tag], Is.EqualTo(old.Manifest!.Digest));
            }
        }
    }

    [Test]
    public async Task What_is_there_already_is_not_even_opened()
    {
        var store = new InMemoryContentStore();
        var sources = new List<ScriptedBlobSource>();
        CacheLayer Counted(int seed)
        {
            var blob = TestBlob.Create(100, seed);
            sources.Add(new ScriptedBlobSource(blob.Bytes));
            return new CacheLayer(Caches.Describe(blob, seed), sources[^1]);
        }

        var first = await ExportAsync(store, Caches.Steps(3, layer: Counted));
        var again = await ExportAsync(store, Caches.Steps(4, layer: Counted));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Layers.Select(l => l.Outcome), Is.All.EqualTo(BlobPushOutcome.Uploaded));
            Assert.That(first.BytesSent, Is.EqualTo(300));
            Assert.That(again.Layers.Count(l => l.Outcome == BlobPushOutcome.AlreadyPresent), Is.EqualTo(3));
            Assert.That(again.BytesSent, Is.EqualTo(100));
            Assert.That(sources.Select(s => s.Opened), Is.EqualTo(new[] { 1, 1, 1, 0, 0, 0, 1 }));
        }
    }

    [Test]
    public async Task A_blob_that_many_chains_use_is_pushed_once()
    {
        var store = new ScriptedStore();
        var builder = new CacheGraphBuilder();
        for (var i = 0; i < 20; i++)
            builder.AddSource(Digest.OfText($"step {i}").ToString(), new CacheResult(LayerChain.Of([Caches.Layer(1), Caches.Layer(2 + i % 2), Caches.Layer(1)]), Caches.Time(i)));
        await ExportAsync(store, builder.Build());
        Assert.That(store.Calls.Where(c => c.StartsWith("blob", StringComparison.Ordinal)).ToList(), Is.Unique.And.Count.EqualTo(4));
    }

    [Test]
    public async Task No_more_layers_are_sent_at_a_time_than_allowed_and_that_many_are([Values(1, 3)] int limit, [Values] bool small)
    {
        var store = new ScriptedStore();
        var waiting = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.DuringPush = () =>
        {
            // Nobody goes on before as many are here as may be.
            if (Interlocked.Increment(ref waiting) == limit)
                gate.SetResult();
            return gate.Task;
        };
        var graph = Caches.Steps(12, layer: seed => Caches.Layer(seed, small ? 100 : 1 << 20));
        var options = small
            ? new CacheExportOptions { MaxParallelSmallLayers = limit }
            : new CacheExportOptions { MaxParallelLayers = limit };
        await ExportAsync(store, graph, options: options);
        Assert.That(store.MostRunning, Is.EqualTo(limit));
    }

    [Test]
    public async Task Ignore_error_turns_a_failure_into_a_report()
    {
        var store = new ScriptedStore { Before = _ => throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, "no disk") };
        var report = await ExportAsync(store, Caches.Steps(2), Caches.Target + ",ignore-error=true");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Error, Is.TypeOf<CacheStorageException>());
            Assert.That(report.Error!.Side, Is.EqualTo(CacheSide.Target));
            Assert.That(report.Manifest, Is.Null);
            Assert.That(report.Places, Is.Empty);
            Assert.That(store.Inner.Tags, Is.Empty);
        }
    }

    [Test]
    public void Ignore_error_does_not_hide_cancellation_or_wrong_options()
    {
        using var cancellation = new CancellationTokenSource();
        var store = new ScriptedStore { Before = _ => cancellation.Cancel() };
        var zstd = TestBlob.Create(10);
        var docker = Caches.Steps(1, layer: _ => new CacheLayer(Caches.Describe(zstd, 1).WithMediaType(MediaTypes.OciLayerZstd), zstd.Source));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => ExportAsync(store, Caches.Steps(2), Caches.Target + ",ignore-error=true", cancellationToken: cancellation.Token),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(store.Inner.Tags, Is.Empty);
            Assert.That(
                () => ExportAsync(new ScriptedStore(), docker, Caches.Target + ",ignore-error=true,oci-mediatypes=false"),
                Throws.InstanceOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.InvalidOptions));
        }
    }

    [Test]
    public async Task Options_that_contradict_each_other_are_refused_when_the_exporter_is_made()
    {
        await using var caches = Caches.Over(new InMemoryContentStore());
        var good = CacheTarget.Registry("a");
        CacheTarget[] bad =
        [
            good with { OciMediaTypes = false, ImageManifest = true },
            good with { CompressionLevel = 10 },
            good with { Mode = (CacheMode)7 },
            good with { ForceCompression = true, Compression = LayerCompression.Zstd },
            new InlineCacheTarget(),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var target in bad)
                Assert.That(() => caches.CreateExporter(target), Throws.InstanceOf<RegistryCacheException>(), target.ToString());
            Assert.That(() => caches.CreateExporter(good, new CacheExportOptions { MaxParallelLayers = 0 }), Throws.InstanceOf<RegistryCacheException>());
            Assert.That(() => caches.CreateExporter(good, new CacheExportOptions { MaxParallelLayers = 65 }), Throws.InstanceOf<RegistryCacheException>());
            Assert.That(() => caches.CreateExporter(good), Throws.Nothing);
        }
    }

    [TestCase("type=registry,ref=r.io/a:t,dest=dir", new[] { "r.io/a:t", "dir:latest" })]
    [TestCase("type=registry,dest=dir", new[] { "dir:latest" })]
    [TestCase("type=local,dest=dir,tag=x", new[] { "dir:x" })]
    public async Task A_registry_with_a_directory_is_written_to_both(string target, string[] tags)
    {
        var store = new InMemoryContentStore();
        var report = await ExportAsync(store, Caches.Steps(2), target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Tags.Keys, Is.EquivalentTo(tags));
            Assert.That(store.Tags.Values, Is.All.EqualTo(report.Manifest!.Digest));
            Assert.That(report.Places.Select(p => p.Tag), Is.EqualTo(tags.Select(t => t[(t.LastIndexOf(':') + 1)..])));
        }
    }

    private static async Task<CacheExportReport> ExportAsync(
        IContentStore store, CacheGraph graph, string target = Caches.Target, CacheExportOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using var caches = Caches.Over(store);
        return await caches.CreateExporter(target, options).ExportAsync(graph, cancellationToken);
    }
}
