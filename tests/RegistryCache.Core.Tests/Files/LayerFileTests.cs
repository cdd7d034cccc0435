using System.Text;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Tests.Files;

/// <summary>The files of some layers together, listed and opened one by one, in every compression.</summary>
internal sealed class LayerFileTests
{
    private static readonly string[] Codecs = ["uncompressed", "gzip", "zstd", "estargz"];
    private readonly List<IAsyncDisposable> _owned = [];
    private BuildCache _cache = null!;

    [SetUp]
    public void Open() => _cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        _owned.Clear();
        await _cache.DisposeAsync();
    }

    [TestCaseSource(nameof(Codecs))]
    public async Task Whiteouts_hide_files_across_three_layers(string codec)
    {
        var layers = await LayersAsync(
            codec,
            new RawTar().Directory("bin").File("bin/a", "a1").File("bin/b", "b1").File("bin/c", "c1").File("old/x", "x").File("old/y", "y"),
            new RawTar().File("bin/.wh.a").File("bin/b", "b2").File("old/.wh..wh..opq").File("old/z", "z2"),
            new RawTar().File("bin/a", "a3").File(".wh.old"));

        Assert.That(await NamesAsync(layers), Is.EqualTo(["bin", "bin/a", "bin/b", "bin/c"]));
        Assert.That(await NamesAsync(layers[..2]), Is.EqualTo(["bin", "bin/b", "bin/c", "old", "old/z"]));
        Assert.That(await ReadAsync(layers, "bin/a"), Is.EqualTo("a3"));
        Assert.That(await ReadAsync(layers, "/bin/b"), Is.EqualTo("b2"));
        Assert.That(await ReadAsync(layers, "bin//./c"), Is.EqualTo("c1"));
        Assert.That(await ReadAsync(layers[..1], "bin/a"), Is.EqualTo("a1"));
        Assert.That(await ReadAsync(layers[..2], "old/z"), Is.EqualTo("z2"));
        foreach (var hidden in (string[])["bin/a", "old/x"])
            Assert.That((await RefusedAsync(layers[..2], hidden)).Code, Is.EqualTo(RegistryCacheErrorCode.ContentNotFound), hidden);
    }

    [TestCaseSource(nameof(Codecs))]
    public async Task A_hard_link_has_the_content_of_its_target_also_when_that_goes(string codec)
    {
        var layers = await LayersAsync(
            codec,
            new RawTar().File("a", "first").File("big", new string('b', 5000)),
            new RawTar().HardLink("b", "a").HardLink("c", "big"),
            new RawTar().File("a", "third").File(".wh.big"));

        var all = await _cache.ListFilesAsync(layers);

        Assert.That(all.Select(e => (e.Path, e.Kind, e.Size)), Is.EqualTo(
        [
            ("a", LayerEntryKind.File, 5L), ("b", LayerEntryKind.File, 5L), ("c", LayerEntryKind.File, 5000L),
        ]));
        Assert.That(await ReadAsync(layers, "b"), Is.EqualTo("first"));
        Assert.That(await ReadAsync(layers, "a"), Is.EqualTo("third"));
        Assert.That(await ReadAsync(layers, "c"), Is.EqualTo(new string('b', 5000)));
        Assert.That((await _cache.ListFilesAsync(layers[..2])).Single(e => e.Path == "b"), Has.Property("Kind").EqualTo(LayerEntryKind.HardLink).And.Property("LinkTarget").EqualTo("a"));
        var alone = await RefusedAsync(layers[1..2], "b");
        Assert.That(alone.Message, Does.Contain("'/b' in layer sha256:").And.Contain("hard link to '/a', which is in a lower layer").And.Contain("layers below too"));
    }

    [TestCaseSource(nameof(Codecs))]
    public async Task The_content_of_a_hard_link_is_that_of_its_time(string codec)
    {
        var layers = await LayersAsync(codec, new RawTar().File("a", "one").HardLink("b", "a").File("a", "two"));

        Assert.That((await ReadAsync(layers, "a"), await ReadAsync(layers, "b")), Is.EqualTo(("two", "one")));
    }

    [TestCaseSource(nameof(Codecs))]
    public async Task Symbolic_links_are_listed_and_followed_inside_the_tree_only(string codec)
    {
        var layers = await LayersAsync(
            codec,
            new RawTar().Directory("usr").File("usr/lib/x", "x1").Symlink("lib", "usr/lib").Symlink("abs", "/usr/lib/x").Symlink("out", "../../../../usr/lib/x"),
            new RawTar().File("lib/x", "x2").Symlink("loop", "pool").Symlink("pool", "loop").Symlink("gone", "usr/none"));

        Assert.That((await _cache.ListFilesAsync(layers)).Single(e => e.Path == "lib"), Has.Property("LinkTarget").EqualTo("usr/lib"));
        foreach (var path in (string[])["usr/lib/x", "lib/x", "abs", "out", "lib/../lib/x"])
            Assert.That(await ReadAsync(layers, path), Is.EqualTo("x2"), path);
        Assert.That((await RefusedAsync(layers, "loop")).Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
        Assert.That((await RefusedAsync(layers, "loop")).Message, Does.Contain("perhaps in a circle"));
        Assert.That((await RefusedAsync(layers, "gone")).Code, Is.EqualTo(RegistryCacheErrorCode.ContentNotFound));
        Assert.That((await RefusedAsync(layers, "gone")).Message, Does.Contain("leads through links to '/usr/none', which does not exist"));
    }

    [TestCase("bin/ap.dll", "'/bin/ap.dll' does not exist in layer sha256:", "Did you mean '/bin/app.dll'?")]
    [TestCase("bni/app.dll", "'/bni/app.dll' does not exist", "Did you mean '/bin'?")]
    [TestCase("completely/else", "'/completely/else' does not exist", "List the files to see what exists.")]
    [TestCase("bin", "'/bin' in layer sha256:", "is a directory. List the files")]
    [TestCase("pipe", "'/pipe' in layer", "is a Fifo, which has no content.")]
    [TestCase("bin/app.dll/x", "'/bin/app.dll/x' does not exist", "List the files")]
    public async Task A_path_without_a_file_is_an_error_that_helps(string path, string what, string help)
    {
        var layers = await LayersAsync("gzip", new RawTar().File("bin/app.dll", "app").Entry("pipe", '6'));

        var error = await RefusedAsync(layers, path);

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.ContentNotFound));
        Assert.That(error.Message, Does.Contain(what).And.Contain(help));
    }

    [Test]
    public async Task A_name_that_the_tar_escapes_has_its_own_form([ValueSource(nameof(Codecs))] string codec)
    {
        var source = LayerSource.FromEntries([LayerContent.File("d/.wh.odd", "odd"u8.ToArray()), LayerContent.File("d/plain", "plain"u8.ToArray())]);
        await using var tar = await source.ToBlobSource().OpenReadAsync();
        CacheLayer[] layers = [await LayerAsync(codec, tar)];

        Assert.That(await NamesAsync(layers), Is.EqualTo(["d", "d/.wh.odd", "d/plain"]));
        Assert.That(await ReadAsync(layers, "d/.wh.odd"), Is.EqualTo("odd"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("a/../../b")]
    public async Task A_hostile_path_in_a_tar_is_refused(string path)
    {
        var layers = await LayersAsync("gzip", new RawTar().File(path, "x"));

        var error = Assert.ThrowsAsync<LayerFormatException>(() => _cache.ListFilesAsync(layers))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
        Assert.That((await RefusedAsync(layers, "etc/passwd")).Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
    }

    [TestCaseSource(nameof(Codecs))]
    public async Task Entries_are_limited_and_a_damaged_layer_returns_nothing(string codec)
    {
        var layers = await LayersAsync(codec, new RawTar().File("a", new string('a', 9000)).File("b"));
        var options = new LayerFileOptions { Limits = new RestoreLimits { MaxEntries = 1 } };
        Assert.ThrowsAsync<LimitExceededException>(() => _cache.ListFilesAsync(layers, options));

        await using var stream = await layers[0].Content.OpenReadAsync();
        var bytes = new byte[layers[0].Descriptor.Size];
        await stream.ReadExactlyAsync(bytes);
        for (var i = 0; i < bytes.Length; i += 7)
            bytes[i] ^= 0x55;
        CacheLayer[] damaged = [new(layers[0].Descriptor, BlobSource.FromBytes(bytes))];

        var read = false;
        Assert.That(async () => read = (await ReadAsync(damaged, "a")).Length > 0, Throws.InstanceOf<RegistryCacheException>());
        Assert.That(read, Is.False);
    }

    [Test]
    public async Task What_is_not_there_and_nothing_at_all_are_empty()
    {
        Assert.That(await _cache.ListFilesAsync([]), Is.Empty);
        Assert.That((await RefusedAsync([], "x")).Message, Does.Contain("'/x' does not exist in no layers"));
        Assert.That(() => _cache.OpenFileAsync([], ""), Throws.ArgumentException);
    }

    private async Task<CacheLayer[]> LayersAsync(string codec, params RawTar[] tars)
    {
        var layers = new List<CacheLayer>();
        foreach (var tar in tars)
            layers.Add(await LayerAsync(codec, new MemoryStream(tar.End())));
        return [.. layers];
    }

    private async Task<CacheLayer> LayerAsync(string codec, Stream tar)
    {
        var encoded = await _cache.EncodeLayerAsync(tar, LayerCompression.FromName(codec));
        _owned.Add(encoded);
        return new CacheLayer(encoded.Descriptor, encoded.Source);
    }

    private async Task<IEnumerable<string>> NamesAsync(IEnumerable<CacheLayer> layers) => (await _cache.ListFilesAsync(layers)).Select(e => e.Path);

    private async Task<string> ReadAsync(IEnumerable<CacheLayer> layers, string path)
    {
        await using var file = await _cache.OpenFileAsync(layers, path);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        Assert.That(file.Length, Is.EqualTo(text.Length));
        return text;
    }

    private async Task<RegistryCacheException> RefusedAsync(IEnumerable<CacheLayer> layers, string path)
    {
        try
        {
            await using var file = await _cache.OpenFileAsync(layers, path);
        }
        catch (RegistryCacheException e)
        {
            return e;
        }

        throw new AssertionException($"{path} was opened");
    }
}
