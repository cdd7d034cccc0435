namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>What a restore makes in a directory gets the group and the access control list that tar's files get there.</summary>
[Category("Integration")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class RestoreInheritanceTests
{
    private static readonly string[] Paths = ["top", "plain/f", "shared/f", "shared/new", "shared/new/f", "listed/f", "listed/new", "listed/new/f"];

    [Test]
    public async Task Groups_and_lists_are_those_that_tar_gives([Values] bool rootHasBoth)
    {
        if (Environment.UserName != "root")
            Assert.Ignore("Only root can give a directory to any group.");
        using var scratch = new ScratchFolder();
        var tar = new RawTar().File("top", "x").File("plain/f", "x").File("shared/f", "x").Directory("shared/new").File("shared/new/f", "x")
            .File("listed/f", "x").Directory("listed/new").File("listed/new/f", "x").End();
        File.WriteAllBytes(scratch["layer.tar"], tar);
        foreach (var target in (string[])["ours", "theirs"])
            await PrepareAsync(scratch, target, rootHasBoth);

        await LayerApplier.ApplyAsync([BlobSource.FromBytes(tar)], scratch["ours"]);
        await RealTool.RunAsync("tar", "-C", scratch["theirs"], "--no-same-owner", "-xf", scratch["layer.tar"]);

        foreach (var path in Paths)
            Assert.That(await DescribeAsync(scratch["ours/" + path]), Is.EqualTo(await DescribeAsync(scratch["theirs/" + path])), path);
    }

    private static async Task PrepareAsync(ScratchFolder scratch, string target, bool rootHasBoth)
    {
        foreach (var name in (string[])["plain", "shared", "listed"])
            scratch.Create($"{target}/{name}");
        await RealTool.RunAsync("chown", ":12", scratch[target + "/shared"]);
        await RealTool.RunAsync("chmod", "2775", scratch[target + "/shared"]);
        await RealTool.RunAsync("setfacl", "-d", "-m", "u:1000:rwx", scratch[target + "/listed"]);
        if (!rootHasBoth)
            return;
        await RealTool.RunAsync("chown", ":13", scratch[target]);
        await RealTool.RunAsync("chmod", "2775", scratch[target]);
        await RealTool.RunAsync("setfacl", "-d", "-m", "u:1001:rwx", scratch[target]);
    }

    private static async Task<string> DescribeAsync(string path) => string.Join(
        '\n', (await RealTool.RunAsync("getfacl", "-n", "-p", path)).Split('\n').Where(line => !line.StartsWith("# file", StringComparison.Ordinal)));
}
