using System.Text;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>An error names the step, key or layer that it is about, and the call that mends it.</summary>
internal sealed class NamedErrorTests
{
    [Test]
    public async Task A_missing_output_folder_names_its_step()
    {
        await using var bench = new SessionBench();
        await using var session = await bench.OpenAsync();

        var error = Assert.ThrowsAsync(Is.InstanceOf<RegistryCacheException>(), () => session.RecordAsync(Compile("a"), LayerSource.FromDirectory(bench.Folder["none"])))!;

        Assert.That(error.Message, Does.StartWith("Step acme.compile.v1: '").And.Contain("does not exist, so it cannot be saved."));
    }

    [Test]
    public async Task A_missing_folder_of_a_save_names_its_key()
    {
        await using var bench = new SessionBench();

        var error = Assert.ThrowsAsync(Is.InstanceOf<RegistryCacheException>(), () => bench.Cache.Folders(Main).SaveAsync("nuget-1", bench.Folder["none"]))!;

        Assert.That(error.Message, Does.StartWith("Key nuget-1: '").And.Contain("does not exist"));
    }

    [Test]
    public async Task A_damaged_tar_names_its_layer_and_step()
    {
        await using var bench = new SessionBench();
        await using (var session = await bench.OpenAsync())
        {
            var tar = new RawTar().Symlink("out", "../../etc").End();
            var layer = await bench.Cache.EncodeLayerAsync(new MemoryStream(tar), LayerCompression.Gzip);
            await using var _ = layer;
            var builder = new CacheGraphBuilder();
            builder.Add(Compile("a").RecordDigest, [[(builder.AddSource(CacheRecord.DigestOfContent(Sources("a")).ToString()), "")]],
                new CacheResult(LayerChain.Of(new CacheLayer(layer.Descriptor, layer.Source)), CacheTime.FromUnix(1_700_000_000)));
            await bench.Cache.CreateExporter(Main).ExportAsync(builder.Build());
        }

        await using var again = await bench.OpenAsync("main");
        var hit = (await again.FindAsync(Compile("a")))!;
        var restore = await hit.TryRestoreAsync(bench.Folder["out"]);

        Assert.That(restore.Failures.Single().Error.Message, Does.StartWith($"Layer {hit.Layers[0].Digest}: The symbolic link 'out'"));
    }

    [Test]
    public void A_cache_without_codecs_names_the_call_that_adds_them()
    {
        var cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).Build();

        var error = Assert.ThrowsAsync(Is.InstanceOf<RegistryCacheException>(), () => cache.EncodeLayerAsync(new MemoryStream(Encoding.UTF8.GetBytes("x")), LayerCompression.Gzip))!;

        Assert.That(error.Message, Is.EqualTo("compression=gzip cannot be used, because no codec is registered: "
            + "call UseCompression() of RegistryCache.Compression on the builder of the cache, or UseCodecs with a codec of your own."));
    }
}
