using RegistryCache.Compression.EStargz;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>Tars that GNU tar wrote, through every codec and back byte for byte.</summary>
[TestFixture]
[Category("Integration")]
public sealed class GnuTarTests
{
    private static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];

    private string _tree = "";

    [OneTimeSetUp]
    public async Task MakeTree()
    {
        _tree = Directory.CreateTempSubdirectory("tree").FullName;
        var deep = Directory.CreateDirectory(Path.Combine(_tree, new string('d', 120), new string('e', 120))).FullName;
        await File.WriteAllTextAsync(Path.Combine(deep, new string('f', 200)), "long names");
        await File.WriteAllBytesAsync(Path.Combine(_tree, "large"), RandomTar.Compressible(new Random(1), 4_500_001));
        await File.WriteAllBytesAsync(Path.Combine(_tree, "exactly-one-chunk"), RandomTar.Compressible(new Random(2), 4 * 1024 * 1024));
        await File.WriteAllTextAsync(Path.Combine(_tree, "empty"), "");
        File.CreateSymbolicLink(Path.Combine(_tree, "soft"), "large");
        await OutsideTool.RunAsync("ln", [Path.Combine(_tree, "empty"), Path.Combine(_tree, "hard")]);
        await OutsideTool.RunAsync("mkfifo", [Path.Combine(_tree, "pipe")]);
        using (var sparse = new FileStream(Path.Combine(_tree, "sparse"), FileMode.CreateNew))
        {
            for (var i = 0; i < 40; i++)
            {
                sparse.Seek(i * 100_000L, SeekOrigin.Begin);
                sparse.Write(new byte[5000].Select((_, at) => (byte)(at + i)).ToArray());
            }

            sparse.SetLength(6_000_000);
        }

        if (Environment.UserName == "root")
        {
            await OutsideTool.RunAsync("mknod", [Path.Combine(_tree, "char"), "c", "1", "3"]);
            await OutsideTool.RunAsync("mknod", [Path.Combine(_tree, "block"), "b", "7", "300"]);
        }
    }

    [OneTimeTearDown]
    public void RemoveTree() => Directory.Delete(_tree, recursive: true);

    [Test]
    public async Task Every_form_of_tar_comes_back_byte_for_byte(
        [ValueSource(nameof(Codecs))] string name,
        [Values("gnu", "posix", "ustar-like", "gnu-sparse", "posix-sparse", "posix-sparse-0.0", "posix-sparse-0.1", "blocked", "concatenated")] string form)
    {
        var tar = await TarAsync(form);
        var codec = new LayerCodecSet(LayerCodecs.All()).Get(LayerCompression.FromName(name));
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions { Level = codec.Levels is null ? null : 1 }, CancellationToken.None);

        await using var back = await new LayerConverter(new LayerCodecSet(LayerCodecs.All())).ConvertAsync(
            layer.ToDescriptor(), BlobSource.FromBytes(blob.ToArray()), new LayerConversionRequest(LayerCompression.Uncompressed, Force: true), CancellationToken.None);

        Assert.That(back.Descriptor.Digest, Is.EqualTo(Digest.OfBytes(tar)));
        Assert.That(back.From?.Name, Is.EqualTo(name));
    }

    [Test]
    public async Task Estargz_files_read_one_by_one_as_tar_extracts_them([Values("gnu", "posix")] string form)
    {
        var tar = await TarAsync(form);
        var (archive, _) = await OpenAsync(tar);

        await archive.VerifyAsync(CancellationToken.None);
        foreach (var path in new[] { "large", "exactly-one-chunk", "empty", "hard" })
        {
            await using var file = archive.OpenFile(path);
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            var expected = await File.ReadAllBytesAsync(Path.Combine(_tree, path));
            Assert.That(content.ToArray().AsSpan().SequenceEqual(expected), path);
        }

        Assert.That(archive.Find("soft")?.Kind, Is.EqualTo(LayerEntryKind.SymbolicLink));
        Assert.That(archive.Entries.Select(e => e.Path), Has.Some.EndsWith(new string('f', 200)));
    }

    [Test]
    public async Task A_sparse_file_is_kept_in_an_estargz_layer_but_not_listed_and_its_neighbours_read_right(
        [Values("gnu-sparse", "posix-sparse", "posix-sparse-0.0", "posix-sparse-0.1")] string form)
    {
        var (archive, _) = await OpenAsync(await TarAsync(form));

        await archive.VerifyAsync(CancellationToken.None);

        Assert.That(archive.Entries.Select(e => e.Path), Has.None.Contains("sparse").IgnoreCase);
        foreach (var path in new[] { "large", "exactly-one-chunk" })
        {
            await using var file = archive.OpenFile(path);
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            var expected = await File.ReadAllBytesAsync(Path.Combine(_tree, path));
            Assert.That(content.ToArray().AsSpan().SequenceEqual(expected), path);
        }
    }

    [Test]
    public async Task Reading_one_file_fetches_little_of_the_blob()
    {
        var (archive, opened) = await OpenAsync(await TarAsync("gnu"));
        var toOpen = opened.BytesRead;

        await using var file = archive.OpenFile("empty");
        await file.CopyToAsync(Stream.Null);
        Assert.That(opened.BytesRead, Is.EqualTo(toOpen), "an empty file needs no bytes");

        await using var chunk = archive.OpenFile("exactly-one-chunk");
        await chunk.CopyToAsync(Stream.Null);
        Assert.That(opened.BytesRead - toOpen, Is.LessThan(opened.Length / 2));
    }

    [Test]
    public async Task A_layer_that_holds_a_table_of_contents_of_its_own_is_refused_as_estargz()
    {
        var name = Path.Combine(_tree, "stargz.index.json");
        await File.WriteAllTextAsync(name, "{}");
        try
        {
            var tar = await OutsideTool.RunAsync("tar", ["-C", _tree, "-cf", "-", "./stargz.index.json"]);
            Assert.That(
                async () => await new EStargzCodec().EncodeAsync(new MemoryStream(tar), Stream.Null, new LayerEncodeOptions(), CancellationToken.None),
                Throws.InstanceOf<LayerFormatException>().With.Message.Contains("stargz.index.json"));
        }
        finally
        {
            File.Delete(name);
        }
    }

    private static async Task<(EStargzArchive Archive, MemoryRanges Ranges)> OpenAsync(byte[] tar)
    {
        using var blob = new MemoryStream();
        var layer = await new EStargzCodec().EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions(), CancellationToken.None);
        var ranges = new MemoryRanges(blob.ToArray());
        return (await EStargzArchive.OpenAsync(layer.ToDescriptor(), ranges, options: null, CancellationToken.None), ranges);
    }

    private async Task<byte[]> TarAsync(string form)
    {
        string[] options = form switch
        {
            "gnu" => ["--format=gnu"],
            "posix" => ["--format=posix", "--xattrs"],
            "ustar-like" => ["--format=v7", "--exclude=" + new string('d', 120), "--exclude=char", "--exclude=block", "--exclude=pipe"],
            "gnu-sparse" => ["--format=gnu", "--sparse"],
            "posix-sparse" => ["--format=posix", "--sparse"],
            "posix-sparse-0.0" => ["--format=posix", "--sparse", "--sparse-version=0.0"],
            "posix-sparse-0.1" => ["--format=posix", "--sparse", "--sparse-version=0.1"],
            "blocked" => ["--format=gnu", "--blocking-factor=512"],
            _ => ["--format=posix"],
        };
        var tar = await OutsideTool.RunAsync("tar", ["-C", _tree, .. options, "-cf", "-", "."]);
        return form == "concatenated" ? [.. tar, .. tar] : tar;
    }
}
