using System.Globalization;
using System.Text;
using RegistryCache.Compression.Gzip;
using RegistryCache.Core.Errors;
using RegistryCache.Fixtures;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>Tables of contents with false content.</summary>
[TestFixture]
public sealed class HostileTocTests
{
    private const string Chunk = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":0,"chunkDigest":"nonsense"}]}""", TestName = "A digest that is none")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":-1}]}""", TestName = "A negative size")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":-3,"chunkDigest":"DIGEST"}]}""", TestName = "A negative offset")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":99999999,"chunkDigest":"DIGEST"}]}""", TestName = "An offset after the table of contents")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":0}]}""", TestName = "A file without a digest")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"chunk","size":5,"offset":0,"chunkDigest":"DIGEST"}]}""", TestName = "A chunk without a file")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":9,"offset":0,"chunkSize":5,"chunkDigest":"DIGEST"}]}""", TestName = "A file that its chunks do not cover")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":9,"offset":0,"chunkSize":5,"chunkDigest":"DIGEST"},{"name":"a","type":"chunk","offset":0,"chunkOffset":5,"chunkDigest":"DIGEST"}]}""", TestName = "Two chunks in one place")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":9,"offset":0,"chunkSize":5,"chunkDigest":"DIGEST"},{"name":"a","type":"chunk","offset":1,"chunkOffset":7,"chunkDigest":"DIGEST"}]}""", TestName = "A gap between chunks")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":0,"chunkSize":9223372036854775807,"chunkDigest":"DIGEST"}]}""", TestName = "A chunk longer than its file")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"socket"}]}""", TestName = "A type that does not exist")]
    [TestCase("""{"version":1,"entries":[{"name":"a","type":"dir","xattrs":{"user.a":"?"}}]}""", TestName = "An attribute that is not Base64")]
    [TestCase("""{"version":1,"entries":[null]}""", TestName = "An entry that is null")]
    [TestCase("""{"version":1,"entries":[{"name":5}]}""", TestName = "A name that is a number")]
    [TestCase("""[]""", TestName = "No object")]
    [TestCase("""{"version":1,"entries":[]} {}""", TestName = "Extra content after the object")]
    [TestCase("""{"version":1,"entries":[""", TestName = "JSON that is cut off")]
    [TestCase("", TestName = "No JSON")]
    public void Is_refused(string json)
    {
        var error = Assert.ThrowsAsync<LayerFormatException>(() => OpenAsync(json.Replace("DIGEST", Chunk, StringComparison.Ordinal)))!;
        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.CorruptLayer));
    }

    [Test]
    public void A_chunk_over_the_limit_is_refused_before_memory_is_taken() =>
        Assert.That(
            () => OpenAsync($$"""{"version":1,"entries":[{"name":"a","type":"reg","size":1099511627776,"offset":0,"chunkDigest":"{{Chunk}}"}]}"""),
            Throws.InstanceOf<LimitExceededException>());

    [Test]
    public void More_entries_than_the_limit_are_refused() =>
        Assert.That(
            () => OpenAsync("""{"version":1,"entries":[{"name":"a","type":"dir"},{"name":"b","type":"dir"}]}""", new CompressionOptions { MaxEStargzEntries = 1, RequireEStargzTocDigest = false }),
            Throws.InstanceOf<LimitExceededException>());

    [Test]
    public void A_table_of_contents_over_the_limit_is_refused() =>
        Assert.That(
            () => OpenAsync("""{"version":1,"entries":[]}""", new CompressionOptions { MaxEStargzTocBytes = 10, RequireEStargzTocDigest = false }),
            Throws.InstanceOf<LimitExceededException>());

    [Test]
    public async Task Hard_links_in_a_circle_end_in_an_error()
    {
        var archive = await OpenAsync("""{"version":1,"entries":[{"name":"a","type":"hardlink","linkName":"b"},{"name":"b","type":"hardlink","linkName":"a"}]}""");

        Assert.That(() => archive.OpenFile("a"), Throws.InstanceOf<LayerFormatException>());
    }

    [Test]
    public async Task A_path_cannot_leave_the_blob()
    {
        var archive = await OpenAsync("""{"version":1,"entries":[{"name":"../../etc/passwd","type":"dir"}]}""");

        Assert.That(archive.Entries.Single().Path, Is.EqualTo("etc/passwd"));
        Assert.That(archive.Find("/etc/./x/../passwd"), Is.Not.Null);
    }

    [Test]
    public async Task An_entry_has_what_the_table_says()
    {
        var archive = await OpenAsync($$$"""
            {"version":1,"entries":[
            {"name":"dev/","type":"char","mode":8630,"uid":1,"gid":2,"devMajor":5,"devMinor":1,"modtime":"2024-05-06T07:08:09Z","xattrs":{"user.a":"aGk="}},
            {"name":"a","type":"reg","digest":"{{{Chunk}}}"},{"name":"b","type":"symlink","linkName":"../a"}]}
            """);

        var (device, file, link) = (archive.Find("dev")!, archive.Find("a")!, archive.Find("b")!);
        Assert.That(
            (device.Kind, (int)device.Mode, device.UserId, device.GroupId, device.DeviceMajor, device.DeviceMinor),
            Is.EqualTo((LayerEntryKind.CharacterDevice, 8630 & 0xFFF, 1L, 2L, 5, 1)));
        Assert.That(device.ModifiedAt, Is.EqualTo(CacheTime.Parse("2024-05-06T07:08:09Z")));
        Assert.That(device.ExtendedAttributes["user.a"].ToArray(), Is.EqualTo("hi"u8.ToArray()));
        Assert.That((file.Size, file.ModifiedAt, link.LinkTarget), Is.EqualTo((0L, CacheTime.Zero, "../a")));
        Assert.That((archive.FindDigest("/a"), archive.FindDigest("b"), archive.FindDigest("c")), Is.EqualTo(((Digest?)Digest.Parse(Chunk), (Digest?)null, (Digest?)null)));
    }

    [Test]
    public async Task A_missing_path_is_a_typed_error()
    {
        var archive = await OpenAsync("""{"version":1,"entries":[]}""");

        Assert.That(() => archive.OpenFile("nothing"), Throws.InstanceOf<ContentNotFoundException>());
    }

    [Test]
    public void A_descriptor_without_the_digest_of_the_table_of_contents_is_refused_unless_allowed() =>
        Assert.That(
            () => OpenAsync("""{"version":1,"entries":[]}""", new CompressionOptions()),
            Throws.InstanceOf<LayerFormatException>().With.Message.Contains("toc.digest"));

    [Test]
    public async Task A_chunk_whose_content_is_another_is_refused()
    {
        var archive = await OpenAsync($$"""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":0,"chunkDigest":"{{Chunk}}"}]}""");

        await using var file = archive.OpenFile("a");

        Assert.That(async () => await file.CopyToAsync(Stream.Null), Throws.InstanceOf<ContentMismatchException>());
    }

    [Test]
    public async Task The_legacy_footer_is_read_too()
    {
        var content = "hello"u8.ToArray();
        var json = $$"""{"version":1,"entries":[{"name":"a","type":"reg","size":5,"offset":0,"chunkDigest":"{{Digest.OfBytes(content)}}"}]}""";
        var archive = await OpenAsync(json, legacyFooter: true);

        await using var file = archive.OpenFile("a");
        using var read = new MemoryStream();
        await file.CopyToAsync(read);

        Assert.That(read.ToArray(), Same.BytesAs(content));
    }

    private static async Task<EStargzArchive> OpenAsync(string json, CompressionOptions? options = null, bool legacyFooter = false)
    {
        var payload = await MemberAsync("hello and some more"u8.ToArray());
        var toc = await MemberAsync(TarOf("stargz.index.json", Encoding.UTF8.GetBytes(json)));
        byte[] blob = [.. payload, .. toc, .. Footer(payload.Length, legacyFooter)];
        var layer = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(blob), blob.Length);
        return await EStargzArchive.OpenAsync(layer, new MemoryRanges(blob), options ?? new CompressionOptions { RequireEStargzTocDigest = false }, CancellationToken.None);
    }

    private static async Task<byte[]> MemberAsync(byte[] content)
    {
        using var blob = new MemoryStream();
        await new GzipCodec().EncodeAsync(new MemoryStream(content), blob, new LayerEncodeOptions(), CancellationToken.None);
        return blob.ToArray();
    }

    private static byte[] TarOf(string name, byte[] content)
    {
        using var result = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(result, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return result.ToArray();
    }

    private static byte[] Footer(long tocOffset, bool legacy)
    {
        var text = Encoding.ASCII.GetBytes(tocOffset.ToString("x16", CultureInfo.InvariantCulture) + "STARGZ");
        byte[] extra = legacy ? [22, 0, .. text] : [26, 0, (byte)'S', (byte)'G', 22, 0, .. text];
        return [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, .. extra, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
    }
}
