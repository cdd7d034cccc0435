using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>Layers in the odd but honest forms of other programs, through every codec: the same files come out, one by one too.</summary>
public sealed class ForeignLayerTests
{
    private static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];

    [Test]
    [Category("Slow")]
    public async Task Every_codec_keeps_the_files(
        [ValueSource(typeof(ForeignTars), nameof(ForeignTars.All))] ForeignTar tar, [ValueSource(nameof(Codecs))] string codec)
    {
        var (layer, blob) = await EncodeAsync(tar.Bytes, codec);
        var codecs = new LayerCodecSet(LayerCodecs.All());

        Assert.That(await FilesAsync(layer, blob), Is.EquivalentTo(tar.Files), "as it is read whole");
        foreach (var target in Codecs)
        {
            await using var converted = await new LayerConverter(codecs).ConvertAsync(
                layer, BlobSource.FromBytes(blob), new LayerConversionRequest(LayerCompression.FromName(target), Force: true), CancellationToken.None);
            await using var source = await converted.Source.OpenReadAsync(CancellationToken.None);
            using var content = new MemoryStream();
            await source.CopyToAsync(content);
            Assert.That(await FilesAsync(converted.Descriptor, content.ToArray()), Is.EquivalentTo(tar.Files), $"converted to {target}");
        }
    }

    [Test]
    public async Task Estargz_finds_each_file_by_its_path_from_the_root([ValueSource(typeof(ForeignTars), nameof(ForeignTars.All))] ForeignTar tar)
    {
        var (layer, blob) = await EncodeAsync(tar.Bytes, "estargz");

        var archive = await EStargzArchive.OpenAsync(layer, new MemoryRanges(blob), options: null, CancellationToken.None);

        await archive.VerifyAsync(CancellationToken.None);
        foreach (var (path, text) in tar.Files)
        {
            await using var file = archive.OpenFile(path);
            using var reader = new StreamReader(file, Encoding.UTF8);
            Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(text), path);
        }
    }

    private static IEnumerable<TestCaseData> CutOff()
    {
        yield return new TestCaseData(new RawTar().File("f", new string('x', 2000)).WithoutEnd()[..1500]).SetArgDisplayNames("content");
        yield return new TestCaseData(new RawTar().File("f").WithoutEnd()[..300]).SetArgDisplayNames("header");
        yield return new TestCaseData(new RawTar().Pax(("path", "a")).WithoutEnd()).SetArgDisplayNames("after an extended header");
        yield return new TestCaseData(new RawTar().Pax(("path", "a")).WithoutEnd()[..^300]).SetArgDisplayNames("in the padding of an extended header");
        yield return new TestCaseData(new RawTar().Pax(("path", "a")).End()).SetArgDisplayNames("an end after an extended header");
        yield return new TestCaseData(new RawTar().Pax(("GNU.sparse.map", "0,2000"), ("GNU.sparse.size", "2000")).File("s", new string('x', 2000)).WithoutEnd()[..2500])
            .SetArgDisplayNames("content of a sparse file");
    }

    [TestCaseSource(nameof(CutOff))]
    public void A_tar_that_is_cut_off_anywhere_else_is_not_made_an_estargz(byte[] tar) => Assert.That(
        async () => await EncodeAsync(tar, "estargz"),
        Throws.InstanceOf<LayerFormatException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidTar));

    private static async Task<(Descriptor Layer, byte[] Blob)> EncodeAsync(byte[] tar, string name)
    {
        var codec = new LayerCodecSet(LayerCodecs.All()).Get(LayerCompression.FromName(name));
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions(), CancellationToken.None);
        return (layer.ToDescriptor(), blob.ToArray());
    }

    private static async Task<IReadOnlyList<(string Path, string Text)>> FilesAsync(Descriptor layer, byte[] blob)
    {
        var whole = BlobSource.FromDelegate(async token => await LayerReader.OpenAsync(layer, BlobSource.FromBytes(blob), new LayerCodecSet(LayerCodecs.All()), limits: null, token));
        var tree = await LayerApplier.ReadIntoMemoryAsync([whole], new RestoreLimits(), CancellationToken.None);
        var files = new List<(string, string)>();
        foreach (var entry in tree.Values)
        {
            var at = entry;
            if (entry.Entry.Kind == LayerEntryKind.HardLink)
                Assert.That(tree.TryGetValue(entry.Entry.LinkTarget, out at!), Is.True);
            if (at.Entry.Kind == LayerEntryKind.File)
                files.Add((entry.Entry.Path, await TextAsync(at)));
        }

        return files;
    }

    private static async Task<string> TextAsync(LayerContent content)
    {
        if (content.Content is null)
            return "";
        using var reader = new StreamReader(await content.Content.OpenReadAsync(CancellationToken.None), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
