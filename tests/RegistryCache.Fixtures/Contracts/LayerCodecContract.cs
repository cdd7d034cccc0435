using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;

namespace RegistryCache.Fixtures.Contracts;

/// <summary>What every layer codec must do. Derive a fixture per codec.</summary>
public abstract class LayerCodecContract
{
    /// <summary>The codec to test.</summary>
    protected abstract ILayerCodec CreateCodec();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Gives_back_the_tar_it_was_given(int seed)
    {
        var tar = RandomTar.Create(seed);
        var codec = CreateCodec();

        var (layer, blob) = await EncodeAsync(codec, tar);

        Assert.That(await DecodeTarAsync(codec, layer, blob), Same.BytesAs(tar));
    }

    [Test]
    [Category("Slow")]
    public async Task Gives_back_a_tar_that_is_longer_than_any_block_it_works_with()
    {
        var tar = RandomTar.Create(seed: 7, entries: 12, maxFileLength: 12_000_000);
        var codec = CreateCodec();

        var (layer, blob) = await EncodeAsync(codec, tar);

        Assert.That((await DecodeTarAsync(codec, layer, blob)).AsSpan().SequenceEqual(tar));
    }

    [Test]
    public async Task Gives_back_a_tar_without_entries()
    {
        var codec = CreateCodec();

        var (layer, blob) = await EncodeAsync(codec, new byte[1024]);

        Assert.That(await DecodeTarAsync(codec, layer, blob), Is.EqualTo(new byte[1024]));
    }

    [Test]
    public async Task States_digests_and_sizes_that_are_true()
    {
        var codec = CreateCodec();

        var (layer, blob) = await EncodeAsync(codec, RandomTar.Create(seed: 11));

        var decoded = await ReadAsync(codec, layer.ToDescriptor(), blob);
        Assert.Multiple(() =>
        {
            Assert.That(layer.Compression, Is.EqualTo(codec.Compression));
            Assert.That(layer.MediaType, Is.EqualTo(codec.MediaType));
            Assert.That(layer.Digest, Is.EqualTo(Digest.OfBytes(blob)));
            Assert.That(layer.Size, Is.EqualTo(blob.Length));
            Assert.That(layer.DiffId, Is.EqualTo(Digest.OfBytes(decoded)));
            Assert.That(layer.UncompressedSize, Is.EqualTo(decoded.Length));
        });
    }

    [Test]
    public async Task Recognises_its_own_blobs()
    {
        var codec = CreateCodec();
        var (layer, blob) = await EncodeAsync(codec, RandomTar.Create(seed: 12));

        Assert.That(await codec.MatchAsync(Probe(layer, blob), CancellationToken.None), Is.Not.EqualTo(LayerMatch.None));
    }

    [Test]
    [Category("Slow")]
    public async Task Writes_the_same_bytes_whatever_the_number_of_workers()
    {
        var tar = RandomTar.Create(seed: 13, entries: 30, maxFileLength: 3_000_000);
        var codec = CreateCodec();
        var blobs = new List<Digest>();
        foreach (var count in new[] { 1, 2, 8 })
        {
            using var workers = new LayerWorkers(count);
            blobs.Add((await EncodeAsync(codec, tar, new LayerEncodeOptions { Workers = workers })).Layer.Digest);
        }

        Assert.That(blobs.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Writes_the_same_bytes_however_the_tar_arrives()
    {
        var tar = RandomTar.Create(seed: 14, entries: 10, maxFileLength: 1_000_000);
        var codec = CreateCodec();

        var (whole, _) = await EncodeAsync(codec, tar);
        using var blob = new MemoryStream();
        var dripped = await codec.EncodeAsync(new DrippingStream(tar, seed: 14), blob, new LayerEncodeOptions(), CancellationToken.None);

        Assert.That(dripped.Digest, Is.EqualTo(whole.Digest));
    }

    [Test]
    [Category("Slow")]
    public async Task Works_on_several_layers_at_once_with_shared_workers()
    {
        var codec = CreateCodec();
        using var workers = new LayerWorkers(2);
        var tars = Enumerable.Range(20, 6).Select(seed => RandomTar.Create(seed)).ToList();

        var encoded = await Task.WhenAll(tars.Select(tar => EncodeAsync(codec, tar, new LayerEncodeOptions { Workers = workers })));

        for (var i = 0; i < tars.Count; i++)
            Assert.That(await DecodeTarAsync(codec, encoded[i].Layer, encoded[i].Blob), Is.EqualTo(tars[i]));
    }

    [Test]
    [Category("Slow")]
    public async Task Random_damage_never_passes_verification_and_never_crashes()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var codec = CreateCodec();
        var (layer, blob) = await EncodeAsync(codec, RandomTar.Create(seed, entries: 8, maxFileLength: 3000));
        for (var i = 0; i < 150; i++)
        {
            var damaged = Damage(random, blob);
            if (damaged.AsSpan().SequenceEqual(blob))
                continue;

            // First as a store would hand it out, then with a descriptor that vouches for the damaged bytes, so that only the diffID protects.
            Assert.That(async () => await ReadAsync(codec, layer.ToDescriptor(), damaged), Throws.InstanceOf<RegistryCacheException>(), $"damage {i}");
            var vouched = new Descriptor(layer.MediaType, Digest.OfBytes(damaged), damaged.Length).WithAnnotation(AnnotationKeys.Uncompressed, layer.DiffId.ToString());
            try
            {
                var decoded = await ReadAsync(codec, vouched, damaged);
                Assert.That(Digest.OfBytes(decoded), Is.EqualTo(layer.DiffId), $"damage {i}");
            }
            catch (RegistryCacheException)
            {
                // Refused: that is the usual outcome.
            }
        }
    }

    [Test]
    public void Cancelling_stops_the_work()
    {
        var codec = CreateCodec();
        using var cancelled = new CancellationTokenSource();
        var tar = new DrippingStream(RandomTar.Create(seed: 30, entries: 20, maxFileLength: 500_000), seed: 30, onRead: position =>
        {
            if (position > 1_000_000)
                cancelled.Cancel();
        });

        Assert.That(
            async () => await codec.EncodeAsync(tar, new MemoryStream(), new LayerEncodeOptions(), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void What_the_tar_stream_throws_comes_through()
    {
        var codec = CreateCodec();
        var tar = new DrippingStream(RandomTar.Create(seed: 31, entries: 20, maxFileLength: 500_000), seed: 31, onRead: position =>
        {
            if (position > 1_000_000)
                throw new IOException("the disk went away");
        });

        Assert.That(
            async () => await codec.EncodeAsync(tar, new MemoryStream(), new LayerEncodeOptions(), CancellationToken.None),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("the disk went away"));
    }

    /// <summary>Encodes a tar in memory.</summary>
    protected static async Task<(EncodedLayer Layer, byte[] Blob)> EncodeAsync(ILayerCodec codec, byte[] tar, LayerEncodeOptions? options = null)
    {
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, options ?? new LayerEncodeOptions(), CancellationToken.None);
        return (layer, blob.ToArray());
    }

    /// <summary>Decodes without checking any digest.</summary>
    protected static async Task<byte[]> DecodeAsync(ILayerCodec codec, byte[] blob)
    {
        await using var decoder = codec.OpenDecoder(new MemoryStream(blob));
        using var result = new MemoryStream();
        await decoder.CopyToAsync(result);
        return result.ToArray();
    }

    /// <summary>The tar that went into a blob.</summary>
    protected static async Task<byte[]> DecodeTarAsync(ILayerCodec codec, EncodedLayer layer, byte[] blob)
    {
        var end = await codec.FindTarEndAsync(Probe(layer, blob), CancellationToken.None);
        return await DecodeAsync(codec, end is { } length ? blob[..(int)length] : blob);
    }

    /// <summary>Reads through <see cref="LayerReader"/> with everything checked.</summary>
    protected static async Task<byte[]> ReadAsync(ILayerCodec codec, Descriptor descriptor, byte[] blob)
    {
        await using var content = await LayerReader.OpenAsync(
            descriptor, BlobSource.FromBytes(blob), new LayerCodecSet([new Insistent(codec)]), limits: null, CancellationToken.None);
        using var result = new MemoryStream();
        await content.CopyToAsync(result);
        return result.ToArray();
    }

    private static LayerProbe Probe(EncodedLayer layer, byte[] blob) => new(layer.ToDescriptor(), new MemoryRanges(blob));

    private static byte[] Damage(Random random, byte[] blob)
    {
        var result = blob.ToArray();
        switch (random.Next(4))
        {
            case 0:
                result[random.Next(result.Length)] ^= (byte)(1 << random.Next(8));
                return result;
            case 1:
                return result[..random.Next(result.Length)];
            case 2:
                var from = random.Next(result.Length);
                return [.. result[..from], .. result[Math.Min(result.Length, from + random.Next(1, 50))..]];
            default:
                random.NextBytes(result.AsSpan(random.Next(result.Length)));
                return result;
        }
    }

    /// <summary>Takes every blob for its own, so that damage to the magic reaches the decoder too.</summary>
    private sealed class Insistent(ILayerCodec codec) : ILayerCodec
    {
        public LayerCompression Compression => codec.Compression;

        public CompressionLevelRange? Levels => codec.Levels;

        public string MediaType => codec.MediaType;

        public string? DockerMediaType => codec.DockerMediaType;

        public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) => ValueTask.FromResult(LayerMatch.Exact);

        public Stream OpenDecoder(Stream blob) => codec.OpenDecoder(blob);

        public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
            codec.EncodeAsync(tar, blob, options, cancellationToken);
    }
}
