using System.Security.Cryptography;
using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Cli.Tests;

/// <summary>Layers in the odd but honest forms of other programs, from the command line: shown, restored, read file by file, converted.</summary>
[Category("Integration")]
internal sealed class ForeignLayerTests
{
    [TestCaseSource(typeof(ForeignTars), nameof(ForeignTars.All))]
    public async Task Every_command_works_with_it(ForeignTar tar)
    {
        using var scratch = new ScratchDirectory();
        var diffId = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar.Bytes));
        var layer = await LayerSwap.SaveAsync(scratch["cache"], tar.Bytes, "application/vnd.oci.image.layer.v1.tar", ("containerd.io/uncompressed", diffId));
        foreach (var codec in (string[])["uncompressed", "gzip", "zstd", "estargz"])
            await Tool.CopyAsync($"type=local,src={scratch["cache"]}", $"type=local,dest={scratch[codec]},mode=max,compression={codec},force-compression=true");

        foreach (var directory in (string[])["cache", "uncompressed", "gzip", "zstd", "estargz"])
        {
            var source = $"type=local,src={scratch[directory]}";
            var shown = await Tool.JsonAsync("inspect", source);
            var digest = shown.GetProperty("layers")[0].GetProperty("digest").GetString()!;
            if (directory == "cache")
                Assert.That(digest, Is.EqualTo(layer));
            foreach (var (path, text) in tar.Files)
                Assert.That(await CatAsync(source, digest, path), Is.EqualTo(text), $"{directory}: {path}");

            var into = scratch[directory + "-restored"];
            var restored = await Tool.RunAsync("restore", "--key", "k", "--from", source, "--into", into);
            Assert.That(restored.ExitCode, Is.EqualTo(ExitCode.Done), restored.Error);
            foreach (var (path, text) in tar.Files)
                Assert.That(await File.ReadAllTextAsync(Path.Combine(into, path)), Is.EqualTo(text), $"{directory}: {path}");
            Assert.That(Directory.Exists(Path.Combine(into, ".wh..wh.plnk")), Is.False);
            Assert.That(File.Exists(Path.Combine(into, "stargz.index.json")), Is.False);
        }
    }

    [TestCase("uncompressed")]
    [TestCase("estargz")]
    public async Task Cat_reads_one_layer_and_says_where_a_link_leads(string codec)
    {
        using var scratch = new ScratchDirectory();
        var tar = new RawTar().File("a", "x").HardLink("b", "a").HardLink("c", "b").HardLink("lower", "of/another").Symlink("soft", "a").End();
        var diffId = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar));
        await LayerSwap.SaveAsync(scratch["cache"], tar, "application/vnd.oci.image.layer.v1.tar", ("containerd.io/uncompressed", diffId));
        await Tool.CopyAsync($"type=local,src={scratch["cache"]}", $"type=local,dest={scratch["copy"]},mode=max,compression={codec},force-compression=true");
        var source = $"type=local,src={scratch["copy"]}";
        var digest = (await Tool.JsonAsync("inspect", source)).GetProperty("layers")[0].GetProperty("digest").GetString()!;

        Assert.That(await CatAsync(source, digest, "c"), Is.EqualTo("x"));
        var hard = await Tool.RunAsync("cat", source, "lower", "--layer", digest);

        Assert.That(hard.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(hard.Error, Does.Contain("hard link to '/of/another'").And.Contain("Open the file with the layers below too."));
        Assert.That(await CatAsync(source, digest, "soft"), Is.EqualTo("x"), "a symbolic link is followed inside the layer");
    }

    private static async Task<string> CatAsync(string source, string digest, string path)
    {
        using var bytes = new MemoryStream();
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error, showsProgress: false, TimeProvider.System, bytes);
        var code = await new CommandLine(terminal).RunAsync(["cat", source, path, "--layer", digest], CancellationToken.None);
        Assert.That(code, Is.EqualTo(ExitCode.Done), error.ToString());
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
