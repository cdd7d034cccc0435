using System.IO.Compression;
using RegistryCache.Compression.Tests.Inflate;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>
/// Damaged gzip, zstd and estargz, from this library and from BuildKit: decoding gives the right tar or one of this library's errors,
/// and leaves no files. <see cref="FuzzRun"/> makes it longer.
/// </summary>
public sealed class DamagedBlobFuzzTests
{
    private static readonly string[] Names = ["gzip", "zstd", "estargz"];

    private readonly LayerCodecSet _codecs = new LayerCodecSet(LayerCodecs.All());
    private string _spool = "";

    [SetUp]
    public void CreateSpool() => _spool = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;

    [TearDown]
    public void DeleteSpool() => Directory.Delete(_spool, recursive: true);

    [Test]
    [Category("Slow")]
    public async Task Damage_gives_the_right_tar_or_an_error_of_ours()
    {
        var run = new FuzzRun(least: 300);
        var (read, refused, calls) = (0, 0, 0);
        var originals = await OriginalsAsync();
        while (run.Next())
        {
            var random = run.Random;
            var (layer, blob) = random.Next(8) == 0 ? await EncodeAsync(random) : originals[random.Next(originals.Count)];
            var damaged = Damage(blob, random);
            var diffId = layer.Annotations[AnnotationKeys.Uncompressed];
            var vouched = new Descriptor(layer.MediaType, Digest.OfBytes(damaged), damaged.Length).WithAnnotations(layer.Annotations);
            foreach (var attempt in new Func<Task>[]
            {
                () => ReadAsync(vouched, damaged, diffId),
                () => ConvertAsync(vouched, damaged, Names[random.Next(Names.Length)], diffId),
                () => OpenFilesAsync(vouched, damaged),
                () => CompareAsync(damaged),
            })
            {
                calls++;
                try
                {
                    await attempt();
                    read++;
                }
                catch (RegistryCacheException)
                {
                    refused++;
                }
                catch (Exception e)
                {
                    Assert.Fail($"seed {run.Seed}, round {run.Rounds}, {layer.MediaType} of {blob.Length} bytes: {e}");
                }
            }

            Assert.That(Directory.EnumerateFileSystemEntries(_spool), Is.Empty, $"seed {run.Seed}");
        }

        TestContext.Out.WriteLine($"{run.Rounds} damaged blobs, {calls} calls: {read} without an error, {refused} refused");
        Assert.That(refused, Is.GreaterThan(calls / 4));
    }

    private async Task<List<(Descriptor Layer, byte[] Blob)>> OriginalsAsync()
    {
        var random = new Random(1);
        var originals = new List<(Descriptor, byte[])>();
        foreach (var name in new[] { "max-gzip", "max-zstd", "max-estargz" })
        {
            foreach (var layer in LayoutFixture.Layers(name).Where(layer => layer.Annotations.ContainsKey(AnnotationKeys.Uncompressed)))
                originals.Add((layer, LayoutFixture.Blob(name, layer.Digest)));
        }

        for (var i = 0; i < 24; i++)
            originals.Add(await EncodeAsync(random));
        return originals;
    }

    private async Task<(Descriptor Layer, byte[] Blob)> EncodeAsync(Random random)
    {
        var codec = _codecs.Get(LayerCompression.FromName(Names[random.Next(Names.Length)]));
        var tar = RandomTar.Create(random.Next(), entries: random.Next(1, 10), maxFileLength: random.Next(2, 5000));
        using var blob = new MemoryStream();
        var level = random.Next(codec.Levels!.Minimum, Math.Min(codec.Levels.Maximum, 9) + 1);
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions { Level = level }, CancellationToken.None);
        return (layer.ToDescriptor(), blob.ToArray());
    }

    private static byte[] Damage(byte[] blob, Random random)
    {
        var at = random.Next(blob.Length);
        switch (random.Next(5))
        {
            case 0:
                byte[] noisy = [.. blob];
                random.NextBytes(noisy.AsSpan(at, Math.Min(blob.Length - at, random.Next(1, 64))));
                return noisy;
            case 1:
                return [.. blob[..at], .. blob[random.Next(blob.Length)..]];
            case 2:
                byte[] single = [.. blob];
                single[random.Next(2) == 0 ? at : Edge(blob.Length, random)] ^= (byte)random.Next(1, 256);
                return single;
            default:
                return Mutation.Of(blob, random);
        }
    }

    // Headers and trailers are short, and most of what can be wrong is in them.
    private static int Edge(int length, Random random)
    {
        var distance = random.Next(Math.Min(64, length));
        return random.Next(2) == 0 ? distance : length - 1 - distance;
    }

    private async Task ReadAsync(Descriptor layer, byte[] blob, string diffId)
    {
        await using var content = await LayerReader.OpenAsync(layer, BlobSource.FromBytes(blob), _codecs, limits: null, CancellationToken.None);
        using var tar = new MemoryStream();
        await content.CopyToAsync(tar);
        Assert.That(Digest.OfBytes(tar.ToArray()).ToString(), Is.EqualTo(diffId), "another tar was read");
    }

    private async Task ConvertAsync(Descriptor layer, byte[] blob, string to, string diffId)
    {
        var converter = new LayerConverter(_codecs, new LayerOptions { SpoolDirectory = _spool });
        var request = new LayerConversionRequest(LayerCompression.FromName(to), Level: null, Force: true);
        await using var result = await converter.ConvertAsync(layer, BlobSource.FromBytes(blob), request, CancellationToken.None);
        if (!result.IsNewBlob)
            return;

        // What was converted can be read. Estargz has its table of contents in the diffID, so only the others keep it.
        Assert.That(() => ReadAsync(layer, blob, diffId), Throws.Nothing, "damage was converted");
        if (result.From != LayerCompression.EStargz && to != "estargz")
            Assert.That(result.Descriptor.Annotations[AnnotationKeys.Uncompressed], Is.EqualTo(diffId), "another tar was converted");
    }

    private static async Task OpenFilesAsync(Descriptor layer, byte[] blob)
    {
        var archive = await EStargzArchive.OpenAsync(layer, new MemoryRanges(blob), new CompressionOptions { RequireEStargzTocDigest = false }, CancellationToken.None);
        await archive.VerifyAsync(CancellationToken.None);
    }

    // Where ours reads a gzip blob without any digest to check, the framework reads the same.
    private static async Task CompareAsync(byte[] blob)
    {
        var ours = await Decoding.OfOursAsync(blob);
        if (ours.Error is not null)
            throw new LayerFormatException(RegistryCacheErrorCode.CorruptLayer, ours.Error);
        Assert.That(Decoding.OfFramework(new GZipStream(new MemoryStream(blob), CompressionMode.Decompress)).Content, Same.BytesAs(ours.Content));
    }
}
