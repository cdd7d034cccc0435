using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>
/// When the bytes of a layer change, annotations that describe the bytes are removed and those that describe the content stay.
/// Unchanged layers keep all.
/// </summary>
public sealed class ConvertedAnnotationTests
{
    private static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];

    /// <summary>Annotations that formats of lazy loading and their tools put on layers: offsets, checksums, sizes, places.</summary>
    private static readonly string[] AboutBytes =
    [
        "io.github.containers.zstd-chunked.manifest-checksum", "io.github.containers.zstd-chunked.manifest-position",
        "io.github.containers.zstd-chunked.tarsplit-position", "io.containers.zstd-chunked.manifest-checksum",
        "containerd.io/snapshot/nydus-blob", "containerd.io/snapshot/nydus-bootstrap", "containerd.io/snapshot/nydus-source-chainid",
        "containerd.io/snapshot/overlaybd/blob-digest", "containerd.io/snapshot/overlaybd/blob-size", "containerd.io/snapshot/overlaybd/version",
        "containerd.io/snapshot/stargz/prefetch", "containerd.io/snapshot/remote/soci.index.digest", "com.amazon.soci.build-tool-identifier",
        "containerd.io/distribution.source.ghcr.io", "org.cncf.image.encrypt.something", "com.example.made-tomorrow",
    ];

    private static readonly string[] AboutContent =
    [
        AnnotationKeys.CreatedAt, AnnotationKeys.Description, "buildkit/rewritten-timestamp", "org.opencontainers.image.title", "org.opencontainers.image.created",
    ];

    [Test]
    [Category("Slow")]
    public async Task They_go_with_the_bytes([ValueSource(nameof(Codecs))] string from, [ValueSource(nameof(Codecs))] string to, [Values(null, 1)] int? level)
    {
        var (layer, blob) = await EncodeAsync(from);
        var own = layer.Annotations.Keys.ToList();
        foreach (var key in AboutBytes.Concat(AboutContent))
            layer = layer.WithAnnotation(key, "2026-01-01T00:00:00Z");

        await using var result = await new LayerConverter(new LayerCodecSet(LayerCodecs.All())).ConvertAsync(
            layer, BlobSource.FromBytes(blob), new LayerConversionRequest(LayerCompression.FromName(to), level, Force: true), CancellationToken.None);

        if (!result.IsNewBlob)
        {
            Assert.That(result.Descriptor.Annotations, Is.EqualTo(layer.Annotations));
            return;
        }

        var (plain, _) = await EncodeAsync(to);
        Assert.That(result.Descriptor.Annotations.Keys, Is.EquivalentTo(plain.Annotations.Keys.Concat(AboutContent)), $"{from} had {string.Join(", ", own)}");
    }

    private static async Task<(Descriptor Layer, byte[] Blob)> EncodeAsync(string name)
    {
        var codec = new LayerCodecSet(LayerCodecs.All()).Get(LayerCompression.FromName(name));
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(RandomTar.Create(seed: 3)), blob, new LayerEncodeOptions(), CancellationToken.None);
        return (layer.ToDescriptor(), blob.ToArray());
    }
}
