using BenchmarkDotNet.Attributes;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Benchmarks;

/// <summary>One layer of 64 MiB, encoded and read with each codec. Both digests are included, and reading verifies them.</summary>
[MemoryDiagnoser]
public class LayerBenchmarks
{
    private const int Length = 64 << 20;

    private readonly LayerCodecSet _codecs = new(LayerCodecs.All());
    private byte[] _tar = [];
    private byte[] _blob = [];
    private ILayerCodec _codec = LayerCodecs.All()[0];
    private Descriptor? _layer;

    /// <summary>The codec, by the name of its compression.</summary>
    [Params("gzip", "zstd", "estargz", "uncompressed")]
    public string Compression { get; set; } = "gzip";

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _codec = LayerCodecs.All().Single(codec => codec.Compression.Name == Compression);
        using var tar = new MemoryStream();
        await new SyntheticTar(Length).CopyToAsync(tar);
        _tar = tar.ToArray();
        using var blob = new MemoryStream();
        _layer = (await _codec.EncodeAsync(new MemoryStream(_tar), blob, new LayerEncodeOptions(), CancellationToken.None)).ToDescriptor();
        _blob = blob.ToArray();
    }

    [Benchmark]
    public async Task<long> Encode() =>
        (await _codec.EncodeAsync(new MemoryStream(_tar), Stream.Null, new LayerEncodeOptions(), CancellationToken.None)).Size;

    [Benchmark]
    public async Task Read()
    {
        await using var content = await LayerReader.OpenAsync(_layer!, BlobSource.FromBytes(_blob), _codecs, limits: null, CancellationToken.None);
        await content.CopyToAsync(Stream.Null);
    }
}
