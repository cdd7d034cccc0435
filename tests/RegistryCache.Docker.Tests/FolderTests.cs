using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>A saved folder is a chain of ordinary layers: BuildKit imports a cache that has one, and unpacks its layers to the same
/// files.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
[UnsupportedOSPlatform("windows")]
internal sealed class FolderTests(string engine)
{
    private const string Repository = "folders";

    private Harness _harness = null!;
    private BuildCase _fixture = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task SaveAFolderBesideABuild()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _fixture = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(_fixture);
        await _harness.Buildx.ExportAsync(_fixture, "--cache-to", _harness.To($"{Repository}:build", "mode=max,image-manifest=true"));
        _folder = Directory.CreateDirectory(Path.Combine(_harness.Scratch, "saved-folder")).FullName;
        File.WriteAllText(Path.Combine(_folder, "large"), string.Join(' ', Enumerable.Range(0, 20_000)));
        foreach (var path in (string[])["a/gone", "a/kept", "b/deep/gone", "becomes-a-file/inner", "mode"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
            File.WriteAllText(Path.Combine(_folder, path), path);
        }

        File.WriteAllText(Path.Combine(_folder, "becomes-a-directory"), "file");
        await SaveAsync();
        File.Delete(Path.Combine(_folder, "a/gone"));
        Directory.Delete(Path.Combine(_folder, "b"), recursive: true);
        Directory.Delete(Path.Combine(_folder, "becomes-a-file"), recursive: true);
        File.WriteAllText(Path.Combine(_folder, "becomes-a-file"), "file");
        File.Delete(Path.Combine(_folder, "becomes-a-directory"));
        Directory.CreateDirectory(Path.Combine(_folder, "becomes-a-directory/ü"));
        File.WriteAllText(Path.Combine(_folder, "a/new"), "new");
        File.SetUnixFileMode(Path.Combine(_folder, "mode"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await SaveAsync();
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [Test]
    public async Task A_build_finds_every_step_in_a_cache_that_has_a_folder_too() =>
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From($"{Repository}:build"));

    [Test]
    public async Task The_layers_of_a_folder_unpack_to_its_files()
    {
        var inspected = await CacheTool.InspectAsync(_harness.From($"{Repository}:build"));
        var record = inspected["records"]!.AsArray().Single(r => r!["inputs"]!.AsArray().Count == 1 && (string?)r["inputs"]![0]![0]!["selector"] == "folder")!;
        var layers = new List<JsonNode>();
        for (var i = (int)record["results"]![0]!["layer"]!; i >= 0; i = (int)layers[0]["parent"]!)
            layers.Insert(0, inspected["layers"]![i]!);
        Assert.That(layers, Has.Count.EqualTo(4), "a base and a change, each with an index");
        await PushImageAsync(layers);
        var context = Directory.CreateDirectory(Path.Combine(_harness.Scratch, "of-folder")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), $"FROM {_harness.Reference($"{Repository}:image")}\n");

        var built = await _harness.Buildx.BuildAsync(new BuildCase("of-folder", context));

        Assert.That(built.Tree, Is.EqualTo(FileTree.Of(_folder)), built.Tree.Listing);
    }

    private async Task SaveAsync() => (await CacheTool.RunAsync(
        "save", "--key", "folder", "--path", _folder, "--to", $"type=registry,ref={_harness.Reference($"{Repository}:build")}")).RequireSuccess();

    private async Task PushImageAsync(List<JsonNode> layers)
    {
        var config = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(l => JsonValue.Create((string)l["diffId"]!))]) },
        };
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_harness.Registry.Host}") };
        using var upload = (await client.PostAsync($"/v2/{Repository}/blobs/uploads/", null)).EnsureSuccessStatusCode();
        var location = upload.Headers.Location!.ToString();
        using var pushed = await client.PutAsync(
            $"{location}{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={digest}", new ByteArrayContent(bytes));
        pushed.EnsureSuccessStatusCode();
        const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["digest"] = digest, ["size"] = bytes.Length },
            ["layers"] = new JsonArray([.. layers.Select(l => new JsonObject
            {
                ["mediaType"] = (string)l["mediaType"]!,
                ["digest"] = (string)l["digest"]!,
                ["size"] = (long)l["size"]!,
            })]),
        };
        using var content = new StringContent(manifest.ToJsonString()) { Headers = { ContentType = new MediaTypeHeaderValue(ManifestType) } };
        using var tagged = await client.PutAsync($"/v2/{Repository}/manifests/image", content);
        tagged.EnsureSuccessStatusCode();
    }
}
