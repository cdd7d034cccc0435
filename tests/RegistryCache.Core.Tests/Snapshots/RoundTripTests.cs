using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RoundTripTests(string access) : SnapshotFixture(access)
{
    [Test]
    public async Task A_tree_with_every_oddity_comes_back_as_it_was()
    {
        MakeOddTree("tree", withAttributes: true);
        var tar = await TarOfAsync(Scratch["tree"], new SnapshotOptions { KeepTimes = true, ExtendedAttributes = ExtendedAttributePolicy.User });

        await ApplyAsync(Scratch["copy"], new RestoreOptions { ExtendedAttributes = ExtendedAttributePolicy.User }, tar);

        Assert.That(
            Trees.Describe(Scratch["copy"], withTimes: true, withAttributes: true, isCoarse: !IsFull),
            Is.EqualTo(Trees.Describe(Scratch["tree"], withTimes: true, withAttributes: true, isCoarse: !IsFull)));
    }

    [Test]
    public async Task Diff_finds_no_difference_between_a_tree_and_its_copy()
    {
        MakeOddTree("tree");

        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"]));

        // A fifo cannot be compared by content, and diff says so with an error of its own.
        await RealTool.RunAsync("diff", "-r", "--no-dereference", "--exclude=pipe", Scratch["tree"], Scratch["copy"]);
    }

    [Test]
    public async Task GNU_tar_extracts_the_same_tree()
    {
        MakeOddTree("tree");
        await File.WriteAllBytesAsync(Scratch["layer.tar"], await TarOfAsync(Scratch["tree"], new SnapshotOptions { KeepTimes = true }));
        Scratch.Create("gnu");

        var output = await RealTool.RunAsync("tar", "-C", Scratch["gnu"], "-xpf", Scratch["layer.tar"]);

        Assert.That(output, Is.Empty, "GNU tar has nothing to warn of");
        Assert.That(Trees.Describe(Scratch["gnu"], withTimes: true, isCoarse: !IsFull), Is.EqualTo(Trees.Describe(Scratch["tree"], withTimes: true, isCoarse: !IsFull)));
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
    [Category("Slow")]
    public async Task What_GNU_tar_writes_is_restored_as_GNU_tar_would(params string[] format)
    {
        MakeOddTree("tree");
        if (format[0] is "--format=ustar" or "--format=v7")
        {
            File.Delete(Scratch["tree/" + new string('n', 255)]);
            File.Delete(Scratch["tree/to-long"]);
            File.Delete(Scratch["tree/pipe"]);
            Directory.Delete(Scratch["tree/level-" + new string('a', 30)], recursive: true);
        }

        await RealTool.RunAsync("tar", [.. format, "-C", Scratch["tree"], "-cf", Scratch["layer.tar"], "."]);

        await ApplyAsync(Scratch["copy"], null, await File.ReadAllBytesAsync(Scratch["layer.tar"]));

        Assert.That(Trees.Describe(Scratch["copy"]), Is.EqualTo(Trees.Describe(Scratch["tree"])));
    }

    [Test]
    public async Task The_same_tree_gives_the_same_bytes_in_another_folder_and_at_another_time()
    {
        MakeOddTree("one");
        MakeOddTree("two");
        File.SetLastWriteTimeUtc(Scratch["two/plain"], new DateTime(2031, 5, 6, 7, 8, 9, DateTimeKind.Utc));

        var first = Digest.OfBytes(await TarOfAsync(Scratch["one"]));

        Assert.That(Digest.OfBytes(await TarOfAsync(Scratch["two"])), Is.EqualTo(first));
    }

    [Test]
    public async Task A_restored_tree_gives_the_same_bytes_again()
    {
        MakeOddTree("tree");
        var tar = await TarOfAsync(Scratch["tree"]);

        await ApplyAsync(Scratch["copy"], null, tar);

        Assert.That(await TarOfAsync(Scratch["copy"]), Same.BytesAs(tar));
    }

    [Test]
    public async Task A_sparse_file_stays_sparse()
    {
        MakeOddTree("tree");

        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"]));

        var blocks = await RealTool.RunAsync("stat", "-c", "%b", Scratch["copy/sparse"]);
        Assert.That(long.Parse(blocks, System.Globalization.CultureInfo.InvariantCulture) * 512, Is.LessThan(3_000_000));
    }

    [Test]
    public async Task The_layer_can_be_read_as_content_again_and_again()
    {
        MakeOddTree("tree");
        var source = LayerSource.FromDirectory(Scratch["tree"], Taking());
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
        MakeOddTree("tree");
        var blob = LayerSource.FromDirectory(Scratch["tree"], Taking()).ToBlobSource();

        await using (var stream = await blob.OpenReadAsync(CancellationToken.None))
            Assert.That(await stream.ReadAsync(new byte[10]), Is.EqualTo(10));
    }
}
