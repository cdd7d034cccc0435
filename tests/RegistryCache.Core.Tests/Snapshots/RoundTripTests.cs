using RegistryCache.Core.Content;
using RegistryCache.Core.Snapshots;
using RegistryCache.Testing;

namespace RegistryCache.Core.Tests.Snapshots;

[Platform("Linux")]
public sealed class RoundTripTests
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch() => _scratch = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task A_tree_with_every_oddity_comes_back_as_it_was()
    {
        OddTree.Create(_scratch["tree"], withAttributes: true);
        var tar = await Trees.TarOfAsync(_scratch["tree"], new SnapshotOptions { KeepTimes = true, ExtendedAttributes = ExtendedAttributePolicy.User });

        await Trees.ApplyAsync(_scratch["copy"], new RestoreOptions { ExtendedAttributes = ExtendedAttributePolicy.User }, tar);

        Assert.That(
            Trees.Describe(_scratch["copy"], withTimes: true, withAttributes: true),
            Is.EqualTo(Trees.Describe(_scratch["tree"], withTimes: true, withAttributes: true)));
    }

    [Test]
    public async Task Diff_finds_no_difference_between_a_tree_and_its_copy()
    {
        OddTree.Create(_scratch["tree"]);

        await Trees.ApplyAsync(_scratch["copy"], null, await Trees.TarOfAsync(_scratch["tree"]));

        // A fifo cannot be compared by content, and diff says so with an error of its own.
        await RealTool.RunAsync("diff", "-r", "--no-dereference", "--exclude=pipe", _scratch["tree"], _scratch["copy"]);
    }

    [Test]
    public async Task GNU_tar_extracts_the_same_tree()
    {
        OddTree.Create(_scratch["tree"]);
        await File.WriteAllBytesAsync(_scratch["layer.tar"], await Trees.TarOfAsync(_scratch["tree"], new SnapshotOptions { KeepTimes = true }));
        _scratch.Create("gnu");

        var output = await RealTool.RunAsync("tar", "-C", _scratch["gnu"], "-xpf", _scratch["layer.tar"]);

        Assert.That(output, Is.Empty, "GNU tar has nothing to warn of");
        Assert.That(Trees.Describe(_scratch["gnu"], withTimes: true), Is.EqualTo(Trees.Describe(_scratch["tree"], withTimes: true)));
    }

    [TestCase("--format=gnu")]
    [TestCase("--format=ustar")]
    [TestCase("--format=v7")]
    [TestCase("--format=oldgnu")]
    [TestCase("--format=posix")]
    [TestCase("--format=gnu", "--sparse")]
    [TestCase("--format=posix", "--sparse", "--sparse-version=0.0")]
    [TestCase("--format=posix", "--sparse", "--sparse-version=0.1")]
    [TestCase("--format=posix", "--sparse", "--sparse-version=1.0")]
    public async Task What_GNU_tar_writes_is_restored_as_GNU_tar_would(params string[] format)
    {
        OddTree.Create(_scratch["tree"]);
        if (format[0] is "--format=ustar" or "--format=v7")
        {
            File.Delete(_scratch["tree/" + new string('n', 255)]);
            File.Delete(_scratch["tree/to-long"]);
            File.Delete(_scratch["tree/pipe"]);
            Directory.Delete(_scratch["tree/level-" + new string('a', 30)], recursive: true);
        }

        await RealTool.RunAsync("tar", [.. format, "-C", _scratch["tree"], "-cf", _scratch["layer.tar"], "."]);

        await Trees.ApplyAsync(_scratch["copy"], null, await File.ReadAllBytesAsync(_scratch["layer.tar"]));

        Assert.That(Trees.Describe(_scratch["copy"]), Is.EqualTo(Trees.Describe(_scratch["tree"])));
    }

    [Test]
    public async Task The_same_tree_gives_the_same_bytes_in_another_folder_and_at_another_time()
    {
        OddTree.Create(_scratch["one"]);
        OddTree.Create(_scratch["two"]);
        File.SetLastWriteTimeUtc(_scratch["two/plain"], new DateTime(2031, 5, 6, 7, 8, 9, DateTimeKind.Utc));

        var first = Digest.OfBytes(await Trees.TarOfAsync(_scratch["one"]));

        Assert.That(Digest.OfBytes(await Trees.TarOfAsync(_scratch["two"])), Is.EqualTo(first));
    }

    [Test]
    public async Task A_restored_tree_gives_the_same_bytes_again()
    {
        OddTree.Create(_scratch["tree"]);
        var tar = await Trees.TarOfAsync(_scratch["tree"]);

        await Trees.ApplyAsync(_scratch["copy"], null, tar);

        Assert.That(await Trees.TarOfAsync(_scratch["copy"]), Same.BytesAs(tar));
    }

    [Test]
    public async Task A_sparse_file_stays_sparse()
    {
        OddTree.Create(_scratch["tree"]);

        await Trees.ApplyAsync(_scratch["copy"], null, await Trees.TarOfAsync(_scratch["tree"]));

        var blocks = await RealTool.RunAsync("stat", "-c", "%b", _scratch["copy/sparse"]);
        Assert.That(long.Parse(blocks, System.Globalization.CultureInfo.InvariantCulture) * 512, Is.LessThan(3_000_000));
    }

    [Test]
    public async Task The_layer_can_be_read_as_content_again_and_again()
    {
        OddTree.Create(_scratch["tree"]);
        var source = LayerSource.FromDirectory(_scratch["tree"]);
        var expected = await Trees.TarOfAsync(source);
        var blob = source.ToBlobSource();

        for (var i = 0; i < 2; i++)
        {
            await using var stream = await blob.OpenReadAsync(CancellationToken.None);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            Assert.That(copy.ToArray(), Same.BytesAs(expected));
        }
    }

    [Test]
    public async Task A_reader_that_gives_up_ends_the_production()
    {
        OddTree.Create(_scratch["tree"]);
        var blob = LayerSource.FromDirectory(_scratch["tree"]).ToBlobSource();

        await using (var stream = await blob.OpenReadAsync(CancellationToken.None))
            Assert.That(await stream.ReadAsync(new byte[10]), Is.EqualTo(10));
    }
}
