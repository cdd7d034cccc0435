using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;

namespace RegistryCache.Fixtures.Contracts;

/// <summary>What every layer codec must do that has levels and a format of its own. Derive a fixture per codec.</summary>
public abstract class CompressingLayerCodecContract : LayerCodecContract
{
    [Test]
    public async Task Every_level_gives_back_the_tar()
    {
        var codec = CreateCodec();
        var tar = RandomTar.Create(seed: 15, entries: 6);
        for (var level = codec.Levels!.Minimum; level <= codec.Levels.Maximum; level++)
        {
            var (layer, blob) = await EncodeAsync(codec, tar, new LayerEncodeOptions { Level = level });
            Assert.That(await DecodeTarAsync(codec, layer, blob), Same.BytesAs(tar), $"level {level}");
        }
    }

    [Test]
    public async Task The_default_level_is_the_one_that_it_states()
    {
        var codec = CreateCodec();
        var tar = RandomTar.Create(seed: 16);

        var (unnamed, _) = await EncodeAsync(codec, tar);
        var (named, _) = await EncodeAsync(codec, tar, new LayerEncodeOptions { Level = codec.Levels!.Default });

        Assert.That(unnamed.Digest, Is.EqualTo(named.Digest));
    }

    [Test]
    public void A_level_out_of_range_is_refused_before_anything_is_read()
    {
        var codec = CreateCodec();
        foreach (var level in new[] { codec.Levels!.Minimum - 1, codec.Levels.Maximum + 1, int.MinValue, int.MaxValue })
        {
            var tar = new MemoryStream(RandomTar.Create(seed: 17));
            var blob = new MemoryStream();
            var error = Assert.ThrowsAsync<RegistryCacheException>(
                () => codec.EncodeAsync(tar, blob, new LayerEncodeOptions { Level = level }, CancellationToken.None))!;
            Assert.Multiple(() =>
            {
                Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidOptions));
                Assert.That(tar.Position, Is.Zero);
                Assert.That(blob.Length, Is.Zero);
            });
        }
    }

    [Test]
    [Category("Slow")]
    public async Task A_blob_cut_anywhere_is_an_error()
    {
        var codec = CreateCodec();
        var (_, blob) = await EncodeAsync(codec, RandomTar.Create(seed: 18, entries: 4, maxFileLength: 4000));
        var lengths = Enumerable.Range(1, 80).Select(n => blob.Length - n).Concat(Enumerable.Range(1, 40).Select(n => blob.Length * n / 41));
        foreach (var length in lengths.Where(n => n > 0))
        {
            // A cut between two members or frames leaves a whole file; only the digest can tell, and it does.
            var descriptor = new Descriptor(codec.MediaType, Digest.OfBytes(blob), blob.Length);
            Assert.That(
                async () => await ReadAsync(codec, descriptor, blob[..length]),
                Throws.InstanceOf<RegistryCacheException>(),
                $"cut to {length} of {blob.Length}");
        }
    }

    [Test]
    public async Task A_blob_with_anything_behind_it_is_an_error()
    {
        var codec = CreateCodec();
        var (_, blob) = await EncodeAsync(codec, RandomTar.Create(seed: 19, entries: 4, maxFileLength: 4000));
        foreach (byte[] surplus in new byte[][] { [0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0x1f], [0x1f, 0x8b], [0x28], [0x28, 0xb5, 0x2f, 0xfd], "garbage"u8.ToArray(), new byte[70_000] })
        {
            var error = Assert.CatchAsync<RegistryCacheException>(async () => await DecodeAsync(codec, [.. blob, .. surplus]), Convert.ToHexString(surplus.AsSpan(0, Math.Min(8, surplus.Length))))!;
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.CorruptLayer));
        }
    }

    [Test]
    [Category("Slow")]
    public async Task The_highest_level_gives_a_smaller_blob_than_the_first()
    {
        var codec = CreateCodec();
        var tar = RandomTar.Create(seed: 50, entries: 12, maxFileLength: 200_000);

        var (first, _) = await EncodeAsync(codec, tar, new LayerEncodeOptions { Level = 1 });
        var (highest, _) = await EncodeAsync(codec, tar, new LayerEncodeOptions { Level = codec.Levels!.Maximum });

        Assert.That(highest.Size, Is.LessThan(first.Size));
    }
}
