using System.Text.Json;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>Caches with a missing or malformed part: the rest is used, and every command names the missing part.</summary>
internal sealed class PartialCacheTests
{
    private const string Gone = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    private const string Sbom = "sha256:a4444be78e9ef8033711b3caf21f6a8902046fc502bde48185b45fe735c55d67";

    [TestCase("m08-sparse-index", Gone, "does not exist")]
    [TestCase("m17-blob-in-index", Sbom, "manifest")]
    public async Task Inspect_shows_what_is_there_and_names_what_is_not(string name, string digest, string why)
    {
        var source = $"type=local,src={FixtureLayout.Open("cases/" + name).Directory}";
        var shown = await Tool.JsonAsync("inspect", source);
        var text = await Tool.RunAsync("inspect", source);

        var left = shown.GetProperty("skipped").EnumerateArray().Single();
        Assert.That(shown.GetProperty("records").GetArrayLength(), Is.EqualTo(2));
        Assert.That(left.GetProperty("digest").GetString(), Is.EqualTo(digest));
        Assert.That(left.GetProperty("reason").GetString(), Does.Contain(why));
        Assert.That(text.Output, Does.Contain("skipped").And.Contain(digest));
    }

    [TestCase("m08-sparse-index", Gone)]
    [TestCase("m17-blob-in-index", Sbom)]
    public async Task Copy_copies_what_is_there_and_names_what_is_not(string name, string digest)
    {
        using var scratch = new ScratchDirectory();
        string[] command = ["copy", "--from", $"type=local,src={FixtureLayout.Open("cases/" + name).Directory}", "--to", $"type=local,dest={scratch["copy"]},mode=max"];
        var text = await Tool.RunAsync(command);
        var json = await Tool.JsonAsync(command);

        Assert.That(text.ExitCode, Is.EqualTo(ExitCode.Done), text.Error);
        Assert.That(text.Error, Does.Contain("skipped").And.Contain(digest));
        Assert.That(json.GetProperty("sources")[0].GetProperty("skipped")[0].GetProperty("digest").GetString(), Is.EqualTo(digest));
        Layout.AssertComplete(scratch["copy"], "latest");
    }

    [Test]
    public async Task A_whole_cache_leaves_nothing_out()
    {
        var shown = await Tool.JsonAsync("inspect", $"type=local,src={FixtureLayout.Open("inline-image").Directory}");

        Assert.That(shown.GetProperty("skipped").GetArrayLength(), Is.Zero);
    }

    [TestCase("sha256:short")]
    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("sha256:\u001b]0;title\u0007", TestName = "A_malformed_diffID_with_escapes")]
    public async Task A_malformed_diffID_is_named_by_inspect_and_copy_and_computed_by_a_conversion(string malformed)
    {
        using var scratch = new ScratchDirectory();
        var tar = new Fixtures.Tars.RawTar().File("a").End();
        await LayerSwap.SaveAsync(scratch["cache"], tar, "application/vnd.oci.image.layer.v1.tar", ("containerd.io/uncompressed", malformed));
        var source = $"type=local,src={scratch["cache"]}";

        var json = await Tool.JsonAsync("inspect", source);
        var text = await Tool.RunAsync("inspect", source);
        var kept = await Tool.RunAsync("copy", "--from", source, "--to", $"type=local,dest={scratch["kept"]},mode=max");
        var keptJson = await Tool.JsonAsync("copy", "--from", source, "--to", $"type=local,dest={scratch["kept"]},mode=max");
        var converted = await Tool.RunAsync("copy", "--from", source, "--to", $"type=local,dest={scratch["converted"]},mode=max,compression=gzip,force-compression=true");
        var restored = await Tool.RunAsync("restore", "--key", "k", "--from", source, "--into", scratch["into"]);

        var layer = json.GetProperty("layers")[0];
        Assert.That(layer.GetProperty("diffId").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(layer.GetProperty("malformedDiffId").GetString(), Is.EqualTo(malformed));
        Assert.That(text.Output, Does.Contain("diffID malformed").And.Not.Contain("\u001b"));
        Assert.That(kept.ExitCode, Is.EqualTo(ExitCode.Done), kept.Error);
        Assert.That(kept.Error, Does.Contain("containerd.io/uncompressed").And.Contain("force-compression").And.Not.Contain("\u001b"));
        Assert.That(keptJson.GetProperty("targets")[0].GetProperty("warnings")[0].GetString(), Does.Contain("containerd.io/uncompressed"));
        Assert.That(converted.ExitCode, Is.EqualTo(ExitCode.Done), converted.Error);
        Assert.That(converted.Error, Does.Not.Contain("containerd.io/uncompressed"));
        var diffId = (string)Layout.Layers(Layout.Manifest(scratch["converted"])).Single()["annotations"]!["containerd.io/uncompressed"]!;
        Assert.That(diffId, Is.EqualTo("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(tar))));
        Assert.That(restored.ExitCode, Is.EqualTo(ExitCode.Done), restored.Error);
    }
}
