using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Cli.Tests;

/// <summary>
/// A folder cache that the tool saved, with another blob instead of its layer, as a foreign or hostile writer could create it.
/// </summary>
internal static class LayerSwap
{
    /// <summary>Saves a folder as key <c>k</c> into an OCI layout, then swaps its layer.</summary>
    /// <param name="directory">The layout, which must not exist yet.</param>
    /// <param name="blob">The new blob.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="annotations">Annotations to set in addition to <c>buildkit/createdat</c>. The old diffID is removed.</param>
    /// <returns>The digest of the new blob.</returns>
    public static async Task<string> SaveAsync(string directory, byte[] blob, string mediaType, params (string Key, string Value)[] annotations)
    {
        var folder = Directory.CreateTempSubdirectory("registry-cache-swap-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "content");
        var saved = await Tool.RunAsync("save", "--key", "k", "--path", folder, "--to", $"type=local,dest={directory}");
        Directory.Delete(folder, recursive: true);
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);

        var manifest = Layout.Manifest(directory);
        var layer = Layout.Layers(manifest)[0]!;
        var after = Put(directory, blob);
        layer["digest"] = after;
        layer["size"] = blob.Length;
        layer["mediaType"] = mediaType;
        var notes = layer["annotations"]!.AsObject();
        notes.Remove("containerd.io/uncompressed");
        foreach (var (key, value) in annotations)
            notes[key] = value;
        manifest["layers"] = new JsonArray(layer.DeepClone());
        var config = JsonNode.Parse(Layout.Read(directory, Layout.ConfigOf(manifest)))!;
        config["layers"] = new JsonArray(new JsonObject { ["blob"] = after, ["parent"] = -1 });
        foreach (var record in config["records"]!.AsArray().Where(r => r!["layers"] is not null))
            record!["layers"]![0]!["layer"] = 0;
        var changed = Encoding.UTF8.GetBytes(config.ToJsonString());
        manifest["config"]!["digest"] = Put(directory, changed);
        manifest["config"]!["size"] = changed.Length;
        PutIndex(directory, Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        return after;
    }

    public static string Put(string directory, byte[] blob)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(blob));
        File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", hex), blob);
        return "sha256:" + hex;
    }

    private static void PutIndex(string directory, byte[] manifest)
    {
        var file = Path.Combine(directory, "index.json");
        var index = JsonNode.Parse(File.ReadAllBytes(file))!;
        index["manifests"]![0]!["digest"] = Put(directory, manifest);
        index["manifests"]![0]!["size"] = manifest.Length;
        File.WriteAllText(file, index.ToJsonString());
    }
}
