using System.Text;
using System.Text.RegularExpressions;
using RegistryCache.Compression.EStargz;
using RegistryCache.Core.Errors;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>
/// The rules of reading a tar in which estargz differs from a restore, so that it lists what the stargz library of BuildKit lists, and
/// the whole output for a tar with every field.
/// </summary>
public sealed partial class EStargzTarRuleTests
{
    [Test]
    public async Task Every_field_of_a_header_and_its_records_gives_the_same_bytes()
    {
        var tar = new RawTar()
            .Global(("comment", "a commit"))
            .Directory("etc/")
            .Entry("v7/", '\0')
            .Pax(("path", "etc/päx"), ("uid", "3000000"), ("gid", "-7"), ("uname", "zoë"), ("gname", "staff"), ("mtime", "1700000000.5"),
                ("SCHILY.xattr.user.b", "\x01two"), ("SCHILY.xattr.user.a", "one"))
            .File("short", new string('x', 700), mode: 0x81ed)
            .File("unnamed owner", "y")
            .Long('K', new string('t', 150)).Long('L', new string('l', 150)).Entry("l", '2', "t", size: RawTar.Octal(9, 11))
            .HardLink("hard", "etc/päx")
            .Entry("char", '3').Entry("block", '4').Entry("pipe", '6')
            .Entry("named", '0', change: block =>
            {
                "root\0"u8.CopyTo(block.AsSpan(265));
                "wheel\0"u8.CopyTo(block.AsSpan(297));
                "some/prefix\0"u8.CopyTo(block.AsSpan(345));
            })
            .Pax(("mtime", "-1.5")).Directory("before")
            .Pax(("GNU.sparse.map", "0,3"), ("GNU.sparse.size", "900"), ("GNU.sparse.name", "holes")).File("s", "abc")
            .Entry("old-sparse", 'S', size: RawTar.Octal(3, 11), change: block => block[482] = 1)
            .Content([.. new byte[504], 1, .. new byte[7], .. new byte[512]]).Content("abc")
            .File("binary", "z", mode: 0)
            .Entry("big owner", '5', change: block => new byte[] { 0x80, 0, 0, 0, 1, 2, 3, 4 }.CopyTo(block, 108))
            .Entry("old time", '5', change: block => new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0 }.CopyTo(block, 136))
            .End();

        var (layer, blob, toc) = await EncodeAsync(tar);

        Assert.That(toc, Is.EqualTo($$"""
            {version: 1,entries: [{name: etc/,type: dir,mode: 493}
            {name: v7/,type: dir,mode: 420}
            {name: etc/päx,type: reg,size: 700,modtime: 2023-11-14T22:13:21Z,mode: 33261,uid: 3000000,gid: -7,userName: zoë,groupName: staff,offset: 3607,xattrs: {user.a: b25l,user.b: AXR3bw==},digest: sha256:12f6b82c283303ae5e6a08094c81feeecb75a2ddce8e30582151da9efb97d3c9,chunkDigest: sha256:12f6b82c283303ae5e6a08094c81feeecb75a2ddce8e30582151da9efb97d3c9}
            {name: unnamed owner,type: reg,size: 1,mode: 420,offset: 5166,digest: sha256:a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa,chunkDigest: sha256:a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa}
            {name: {{new string('l', 150)}},type: symlink,linkName: {{new string('t', 150)}},mode: 420}
            {name: hard,type: hardlink,linkName: etc/päx,mode: 420}
            {name: char,type: char,mode: 420,devMajor: 1,devMinor: 3}
            {name: block,type: block,mode: 420,devMajor: 1,devMinor: 3}
            {name: pipe,type: fifo,mode: 420}
            {name: some/prefix/named,type: reg,mode: 420,userName: root,groupName: wheel,digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}
            {name: before,type: dir,modtime: 1969-12-31T23:59:59Z,mode: 493}
            {name: binary,type: reg,size: 1,offset: 16965,digest: sha256:594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06,chunkDigest: sha256:594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06}
            {name: big owner,type: dir,mode: 420,uid: 16909060}
            {name: old time,type: dir,modtime: 1969-12-31T05:47:44Z,mode: 420}]}
            """));
        Assert.That($"{Digest.OfBytes(blob)} {layer.DiffId}", Is.EqualTo(
            "sha256:f0165e3e6de0f0c0c23a862c38eaddea32811ee97bb99ee20dea444b0f4d14d1 "
            + "sha256:633041c14eaf99e3792106d1c4fd3561bcc75bf252a2b3d689e07301d39f9b1f"));
    }

    [Test]
    public void A_file_of_type_7_is_refused() =>
        AssertRefused(new RawTar().Entry("contiguous", '7').End(), "0x37");

    [Test]
    public async Task Records_of_a_global_header_are_not_applied_and_not_even_read()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().Global(("path", "other"), ("uid", "5")).File("f").End());
        Assert.That(toc, Does.Contain("name: f,").And.Not.Contain("uid"));

        var (_, _, odd) = await EncodeAsync(new RawTar().Entry("pax", 'g', size: RawTar.Octal(5, 11)).Content("no pa").File("f").End());
        Assert.That(odd, Does.Contain("name: f,"));
    }

    [Test]
    public async Task Of_two_sizes_the_one_in_the_record_counts()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().Pax(("size", "3")).File("f", "abc", size: RawTar.Octal(7, 11)).End());
        Assert.That(toc, Does.Contain("size: 3,"));
    }

    [Test]
    public async Task Each_byte_that_is_not_text_becomes_an_escape_as_in_Go()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar()
            .Entry("f", '5', change: block => new byte[] { (byte)'a', 0xff, 0xe2, 0x82, (byte)'b' }.CopyTo(block, 0))
            .End());
        Assert.That(toc, Does.Contain("name: a\\ufffd\\ufffd\\ufffdb,"));
    }

    [Test]
    public async Task A_number_ends_at_a_NUL()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().File("f", "abc", size: "3\0" + "77").End());
        Assert.That(toc, Does.Contain("size: 3,"));
    }

    [Test]
    public async Task A_name_ends_at_a_NUL()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().Long('L', "long\0er").Long('K', "target\0er").Symlink("s", "t").End());
        Assert.That(toc, Does.Contain("name: long,").And.Contain("linkName: target,"));
    }

    [Test]
    public void A_name_in_a_record_has_no_NUL() => AssertRefused(new RawTar().Pax(("path", "long\0er")).File("f").End(), "NUL");

    [Test]
    public async Task An_empty_record_is_taken_back()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().Pax(("path", ""), ("SCHILY.xattr.user.a", "")).File("f").End());
        Assert.That(toc, Does.Contain("name: f,").And.Not.Contain("xattrs"));
    }

    [Test]
    public async Task A_file_with_a_slash_at_its_end_stays_a_file()
    {
        var (_, _, toc) = await EncodeAsync(new RawTar().File("f/", "abc").End());
        Assert.That(toc, Does.Contain("name: f/,type: reg,size: 3,"));
    }

    [TestCase("number", "77x")]
    [TestCase("number", "78")]
    public void A_number_that_is_not_octal_is_refused(string kind, string size) =>
        AssertRefused(new RawTar().File("f", "abc", size: size).End(), kind);

    private static void AssertRefused(byte[] tar, string message) => Assert.That(
        async () => await EncodeAsync(tar),
        Throws.InstanceOf<LayerFormatException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidTar)
            .And.Message.Contains(message));

    /// <summary>Also gives the table of contents, an entry in each line, without quotes.</summary>
    private static async Task<(EncodedLayer Layer, byte[] Blob, string Toc)> EncodeAsync(byte[] tar)
    {
        var codec = new EStargzCodec();
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions { Level = 0 }, CancellationToken.None);
        var bytes = blob.ToArray();
        var probe = new LayerProbe(layer.ToDescriptor(), new MemoryRanges(bytes));
        var end = (int)(await codec.FindTarEndAsync(probe, CancellationToken.None))!.Value;
        using var toc = new MemoryStream();
        await using (var decoder = codec.OpenDecoder(new MemoryStream(bytes, end, bytes.Length - end)))
            await decoder.CopyToAsync(toc);
        var json = Encoding.UTF8.GetString(toc.ToArray().AsSpan(512)).TrimEnd('\0');
        return (layer, bytes, Lines().Replace(json, "").Replace("},{", "}\n{", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal));
    }

    [GeneratedRegex("\n\t*")]
    private static partial Regex Lines();
}
