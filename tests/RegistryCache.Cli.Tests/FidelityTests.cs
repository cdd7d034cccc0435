using System.Text.Json.Nodes;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>What BuildKit does and a copy must not make worse.</summary>
internal sealed class FidelityTests
{
    [Test]
    public async Task A_cache_with_Docker_types_is_copied_unchanged_whatever_its_codec([Values("max-zstd", "max-estargz", "max-gzip")] string name)
    {
        using var scratch = new ScratchDirectory();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open(name).Directory}", $"type=local,dest={scratch["docker"]},mode=max,oci-mediatypes=false", "--buildx-compatible");

        await Tool.CopyAsync($"type=local,src={scratch["docker"]}", $"type=local,dest={scratch["copy"]},mode=max,oci-mediatypes=false");

        Assert.That(Layout.Tags(scratch["copy"]), Is.EqualTo(Layout.Tags(scratch["docker"])));
        var refused = await Tool.RunAsync("copy", "--from", $"type=local,src={scratch["docker"]}", "--to", $"type=local,dest={scratch["other"]},mode=max,compression=zstd,force-compression=true,oci-mediatypes=false");
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.WrongUsage), "what is converted is still refused");
    }

    [Test]
    public async Task A_reset_says_what_it_kept_and_why()
    {
        using var scratch = new ScratchDirectory();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=local,dest={scratch["copy"]},mode=max");
        string[] command = ["copy", "--from", $"type=local,src={FixtureLayout.Open("link-max").Directory}", "--to", $"type=local,dest={scratch["copy"]},mode=max,reset=true"];

        var kept = await Tool.RunAsync(command);
        var removed = await Tool.RunAsync([.. command, "--reset-age", "0"]);

        Assert.That(kept.Error, Does.Contain("reset kept").And.Contain("bytes").And.Contain("younger than 01:00:00"));
        Assert.That(removed.Error, Does.Not.Contain("reset kept"));
    }

    [Test]
    public async Task An_index_that_names_a_manifest_that_is_not_there_is_harmless_among_others_and_alone_says_what_happened()
    {
        using var scratch = new ScratchDirectory();
        var broken = FixtureLayout.Open("max-gzip").CopyTo(scratch["broken"]);
        var index = JsonNode.Parse(File.ReadAllBytes(Path.Combine(broken, "index.json")))!;
        var gone = "sha256:" + new string('3', 64);
        index["manifests"]![0]!["digest"] = gone;
        await File.WriteAllTextAsync(Path.Combine(broken, "index.json"), index.ToJsonString());
        string[] to = ["--to", $"type=local,dest={scratch["copy"]},mode=max"];

        var alone = await Tool.RunAsync(["copy", "--from", $"type=local,src={broken}", .. to]);
        var among = await Tool.RunAsync(["copy", "--from", $"type=local,src={broken}", "--from", $"type=local,src={FixtureLayout.Open("link-max").Directory}", .. to]);

        Assert.That(alone.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(alone.Error, Does.Contain(gone).And.Contain("index.json names").And.Contain("latest"));
        Assert.That(among.ExitCode, Is.EqualTo(ExitCode.Done), among.Error);
        Assert.That(among.Error, Does.Contain(gone));
        Layout.AssertComplete(scratch["copy"], "latest");
    }
}
