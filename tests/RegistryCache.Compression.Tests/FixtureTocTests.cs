using System.Text;
using System.Text.RegularExpressions;
using RegistryCache.Compression.EStargz;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>estargz blobs that BuildKit wrote, read file by file and compared with our own.</summary>
[TestFixture]
public sealed partial class FixtureTocTests
{
    private const string Fixture = "max-estargz";

    private static IEnumerable<Descriptor> Layers => LayoutFixture.Layers(Fixture).DistinctBy(layer => layer.Digest);

    [TestCaseSource(nameof(Layers))]
    public async Task Every_chunk_and_file_verifies(Descriptor layer)
    {
        var archive = await EStargzArchive.OpenAsync(layer, new MemoryRanges(LayoutFixture.Blob(Fixture, layer.Digest)), options: null, CancellationToken.None);

        await archive.VerifyAsync(CancellationToken.None);

        Assert.That(archive.Entries, Is.Not.Empty);
    }

    [TestCaseSource(nameof(Layers))]
    public async Task Every_file_reads_as_the_tar_has_it(Descriptor layer)
    {
        var blob = LayoutFixture.Blob(Fixture, layer.Digest);
        var archive = await EStargzArchive.OpenAsync(layer, new MemoryRanges(blob), options: null, CancellationToken.None);
        var expected = await ReadFilesAsync(layer, blob);

        Assert.That(archive.Entries.Where(e => e.Kind == LayerEntryKind.File).Select(e => e.Path), Is.EquivalentTo(expected.Keys));
        foreach (var (path, content) in expected)
        {
            await using var file = archive.OpenFile("/" + path);
            using var read = new MemoryStream();
            await file.CopyToAsync(read);
            Assert.That(read.ToArray(), Same.BytesAs(content), path);
        }
    }

    [TestCaseSource(nameof(Layers))]
    public async Task Encoding_the_same_tar_gives_the_same_table_of_contents_but_for_offsets(Descriptor layer)
    {
        var blob = LayoutFixture.Blob(Fixture, layer.Digest);
        var codec = new EStargzCodec();
        var end = await codec.FindTarEndAsync(new LayerProbe(layer, new MemoryRanges(blob)), CancellationToken.None);
        using var tar = new MemoryStream();
        await using (var decoder = codec.OpenDecoder(new MemoryStream(blob, 0, (int)end!.Value)))
            await decoder.CopyToAsync(tar);
        tar.Position = 0;

        using var ours = new MemoryStream();
        var encoded = await codec.EncodeAsync(tar, ours, new LayerEncodeOptions(), CancellationToken.None);

        var (header, toc) = await TocAsync(codec, ours.ToArray(), encoded.ToDescriptor());
        var (originalHeader, originalToc) = await TocAsync(codec, blob, layer);
        Assert.That(toc, Is.EqualTo(originalToc));
        Assert.That(header, Is.EqualTo(originalHeader));
        Assert.That(encoded.Annotations.Keys, Is.SupersetOf(layer.Annotations.Keys.Where(key => key.Contains("stargz", StringComparison.Ordinal))));
    }

    [Test]
    public async Task A_table_of_contents_that_is_not_the_promised_one_is_refused()
    {
        var layer = Layers.First();
        var blob = LayoutFixture.Blob(Fixture, layer.Digest);
        var wrong = layer.WithAnnotation(AnnotationKeys.StargzTocDigest, Digest.OfText("another").ToString());

        Assert.That(
            async () => await EStargzArchive.OpenAsync(wrong, new MemoryRanges(blob), options: null, CancellationToken.None),
            Throws.InstanceOf<ContentMismatchException>());
    }

    private static async Task<Dictionary<string, byte[]>> ReadFilesAsync(Descriptor layer, byte[] blob)
    {
        await using var content = await LayerReader.OpenAsync(layer, BlobSource.FromBytes(blob), new LayerCodecSet(LayerCodecs.All()), limits: null, CancellationToken.None);
        await using var tar = new System.Formats.Tar.TarReader(content);
        var result = new Dictionary<string, byte[]>();
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.EntryType != System.Formats.Tar.TarEntryType.RegularFile)
                continue;
            using var data = new MemoryStream();
            if (entry.DataStream is not null)
                await entry.DataStream.CopyToAsync(data);
            result[entry.Name.TrimStart('.', '/')] = data.ToArray();
        }

        return result;
    }

    /// <summary>The tar header and the JSON, with sizes and offsets blanked: they depend on how well each member was compressed.</summary>
    private static async Task<(byte[] Header, string Json)> TocAsync(EStargzCodec codec, byte[] blob, Descriptor layer)
    {
        var end = await codec.FindTarEndAsync(new LayerProbe(layer, new MemoryRanges(blob)), CancellationToken.None);
        using var member = new MemoryStream();
        await using (var decoder = codec.OpenDecoder(new MemoryStream(blob[(int)end!.Value..])))
            await decoder.CopyToAsync(member);
        var length = Convert.ToInt32(Encoding.ASCII.GetString(member.ToArray(), 124, 11), 8);
        var json = member.ToArray().AsSpan(512, length).ToArray();
        Assert.That(Digest.OfBytes(json).ToString(), Is.EqualTo(layer.Annotations[AnnotationKeys.StargzTocDigest]));
        var header = member.ToArray()[..512];
        header.AsSpan(124, 12).Clear();
        header.AsSpan(148, 6).Clear();
        return (header, Offset().Replace(Encoding.UTF8.GetString(json), "\"offset\": *"));
    }

    [GeneratedRegex("\"offset\": [0-9]+")]
    private static partial Regex Offset();
}
