using System.Text;
using RegistryCache.Core.Content;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Export;

/// <summary>Small caches and the facade over one store.</summary>
internal static class Caches
{
    public const string Tag = "r.io/a:t";
    public const string Target = "type=registry,ref=r.io/a:t,mode=max";
    public const string Source = "type=registry,ref=r.io/a:t";

    public static BuildCache Over(IContentStore store) => new BuildCacheBuilder().UseStore(store).Build();

    public static CacheLayer Layer(int seed, int length = 100)
    {
        var blob = TestBlob.Create(length, seed);
        return new CacheLayer(Describe(blob, seed), blob.Source);
    }

    public static Descriptor Describe(TestBlob blob, int seed) => blob.Descriptor
        .WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText($"tar {seed}").ToString())
        .WithAnnotation(AnnotationKeys.CreatedAt, "2026-01-01T00:00:00Z");

    public static CacheTime Time(int second) => CacheTime.Parse($"2026-01-01T00:{second / 60 % 60:00}:{second % 60:00}Z");

    /// <summary>A chain of steps, each on the one before and with one layer more.</summary>
    public static CacheGraph Steps(int count, int firstSeed = 1, Func<int, CacheLayer>? layer = null)
    {
        var builder = new CacheGraphBuilder();
        var node = builder.AddSource(Digest.OfText($"source {firstSeed}").ToString());
        LayerChain? chain = null;
        for (var i = 0; i < count; i++)
        {
            var top = layer is null ? Layer(firstSeed + i) : layer(firstSeed + i);
            chain = chain is null ? LayerChain.Of(top) : chain.Append(top);
            node = builder.Add(Digest.OfText($"step {firstSeed + i}").ToString(), [[(node, CacheLink.Everything)]], new CacheResult(chain, Time(firstSeed + i)));
        }

        return builder.Build();
    }

    /// <summary>Puts a manifest with a cache config into a store under <see cref="Tag"/>.</summary>
    public static async Task PutAsync(InMemoryContentStore store, string config, string manifest, string tag = Tag)
    {
        var bytes = Encoding.UTF8.GetBytes(config);
        await store.PushBlobAsync(new Descriptor(MediaTypes.CacheConfig, Digest.OfBytes(bytes), bytes.Length), BlobSource.FromBytes(bytes), null, CancellationToken.None);
        await store.PushManifestAsync(new ManifestContent(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(manifest)), tag, CancellationToken.None);
    }
}
