using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>Blobs of a cache that Docker wrote are deleted, cut and flipped in the storage of the registry and in a directory. Docker takes
/// what our tool makes of it.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
[UnsupportedOSPlatform("windows")]
internal sealed class HealedCacheTests(string engine)
{
    private Harness _harness = null!;
    private BuildCase _fixture = null!;

    [OneTimeSetUp]
    public async Task Build()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _fixture = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(_fixture);
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [NewestEngineTest]
    public async Task What_was_damaged_in_a_registry_is_healed_with_and_without_another_source()
    {
        const string Name = "healed:main";
        var source = _harness.From(Name);
        var copy = Directory.CreateDirectory(Path.Combine(_harness.Scratch, "healing-copy")).FullName;
        await _harness.Buildx.ExportAsync(_fixture, "--cache-to", _harness.To(Name, "mode=max,image-manifest=true"));
        await CacheTool.CopyAsync(source, $"type=local,dest={copy},mode=max");
        await DamageAsync(source, hex => _harness.Registry.BlobPath(hex));

        await HealAsync(source, "--from", $"type=local,src={copy}");
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, source);

        await DamageAsync(source, hex => _harness.Registry.BlobPath(hex));
        await HealAsync(source);
        await ProveDockerBuildsAsync(source);
    }

    [Test]
    public async Task What_was_damaged_in_a_directory_is_healed_with_and_without_another_source()
    {
        var directory = Path.Combine(_harness.Scratch, "healing");
        var source = $"type=local,src={directory}";
        await _harness.Buildx.ExportAsync(_fixture, "--cache-to", $"type=local,dest={directory},mode=max");
        var copy = Path.Combine(_harness.Scratch, "healing-other");
        await CacheTool.CopyAsync(source, $"type=local,dest={copy},mode=max");
        await DamageAsync(source, hex => Path.Combine(directory, "blobs", "sha256", hex));

        await HealAsync(source, "--from", $"type=local,src={copy}");
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, source);

        await DamageAsync(source, hex => Path.Combine(directory, "blobs", "sha256", hex));
        await HealAsync(source);
        await ProveDockerBuildsAsync(source);
    }

    /// <summary>Deletes, cuts and flips the three layers that have the most below them, and requires that the tool names each.</summary>
    private static async Task DamageAsync(string source, Func<string, string> path)
    {
        var all = (await CacheTool.InspectAsync(source))["layers"]!.AsArray();
        var layers = all.OrderByDescending(l => Depth(l!)).Select(l => (string)l!["digest"]!).Distinct().Take(3)
            .Order(StringComparer.Ordinal).ToList();
        Assert.That(layers, Has.Count.EqualTo(3));
        var files = layers.Select(l => path(l["sha256:".Length..])).ToList();
        foreach (var file in files)
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(files[0]);
        await File.WriteAllBytesAsync(files[1], (await File.ReadAllBytesAsync(files[1]))[..^10]);
        var bytes = await File.ReadAllBytesAsync(files[2]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(files[2], bytes);

        var verified = await CacheTool.RunAsync("verify", source, "--thorough", "--format", "json");

        Assert.That(verified.ExitCode, Is.EqualTo(4), verified.Error);
        Assert.That(
            JsonNode.Parse(verified.Output)!["damages"]!.AsArray().Select(d => ((string)d!["digest"]!, (string)d["damage"]!)),
            Is.EqualTo(layers.Zip(["missing", "wrong-size", "wrong-digest"])));

        int Depth(JsonNode layer) => (int)layer["parent"]! < 0 ? 0 : 1 + Depth(all[(int)layer["parent"]!]!);
    }

    private static async Task HealAsync(string source, params string[] more)
    {
        (await CacheTool.RunAsync(["heal", source, "--thorough", .. more])).RequireSuccess();
        (await CacheTool.RunAsync("verify", source, "--thorough")).RequireSuccess();
    }

    /// <summary>Some steps run again, but none fails, and the result is the same.</summary>
    private async Task ProveDockerBuildsAsync(string source)
    {
        await _harness.Buildx.PruneAsync();
        var again = await _harness.Buildx.BuildAsync(_fixture, "--cache-from", source);
        Assert.That(again.Executed, Is.Not.Empty);
        Assert.That(again.Tree, Is.EqualTo(_harness.Original(_fixture).Tree), again.Tree.Listing);
    }
}
