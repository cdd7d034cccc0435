namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Trees that nobody made for a test.</summary>
[Platform("Linux")]
[Category("Slow")]
public sealed class RealTreeTests
{
    [Test]
    public async Task The_installed_runtimes_come_back_as_they_were() =>
        await RoundTripAsync(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..")));

    [Test]
    public async Task The_shared_files_of_the_system_come_back_as_they_were()
    {
        if (!Directory.Exists("/usr/share/doc"))
            Assert.Ignore("This system has no /usr/share/doc.");
        await RoundTripAsync("/usr/share/doc");
    }

    private static async Task RoundTripAsync(string living)
    {
        using var scratch = new ScratchFolder();

        // Other processes write to such trees at any time, a build to the SDK's own folder, so the test takes a copy that stands still.
        var tree = scratch["tree"];
        await RealTool.RunAsync("cp", "-a", living, tree);
        var source = LayerSource.FromDirectory(tree, new SnapshotOptions { KeepTimes = true, ExtendedAttributes = ExtendedAttributePolicy.User });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var report = await LayerApplier.ApplyAsync(
            [source.ToBlobSource()],
            scratch["copy"],
            new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any, ExtendedAttributes = ExtendedAttributePolicy.User, SetIdBits = EntryPolicy.Keep });
        TestContext.Out.WriteLine($"{report.Entries} entries, {report.Bytes >> 20} MiB in {watch.Elapsed.TotalSeconds:F2} s");

        await RealTool.RunAsync("diff", "-r", "--no-dereference", tree, scratch["copy"]);
        Assert.That(Trees.Describe(scratch["copy"], withTimes: true, withAttributes: true), Is.EqualTo(Trees.Describe(tree, withTimes: true, withAttributes: true)));

        watch.Restart();
        var digest = await ContentDigest.OfDirectoryAsync(tree, cancellationToken: CancellationToken.None);
        TestContext.Out.WriteLine($"content digest in {watch.Elapsed.TotalSeconds:F2} s");
        Assert.That(await ContentDigest.OfDirectoryAsync(scratch["copy"], cancellationToken: CancellationToken.None), Is.EqualTo(digest));
    }
}
