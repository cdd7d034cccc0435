using RegistryCache.Core.Content;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Cli.Tests;

/// <summary>A cache in a directory whose copy takes a while: many layers of random bytes, one step on the other.</summary>
internal static class BigCache
{
    public static async Task WriteAsync(string directory, int layers, int layerBytes)
    {
        await using var caches = new BuildCacheBuilder().UseOci().UseCompression().Build();
        var builder = new CacheGraphBuilder();
        var node = builder.AddSource(Digest.OfText("source").ToString());
        LayerChain? chain = null;
        for (var i = 0; i < layers; i++)
        {
            var blob = TestBlob.Create(layerBytes, seed: 1000 + i);
            var layer = new CacheLayer(
                blob.Descriptor
                    .WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText($"tar {i}").ToString())
                    .WithAnnotation(AnnotationKeys.CreatedAt, "2026-01-01T00:00:00Z"),
                blob.Source);
            chain = chain is null ? LayerChain.Of(layer) : chain.Append(layer);
            node = builder.Add(
                Digest.OfText($"step {i}").ToString(), [[(node, CacheLink.Everything)]], new CacheResult(chain, CacheTime.Parse("2026-01-01T00:00:00Z")));
        }

        await caches.CreateExporter($"type=local,dest={directory},mode=max").ExportAsync(builder.Build());
    }
}
