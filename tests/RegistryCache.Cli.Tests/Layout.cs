using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryCache.Cli.Tests;

/// <summary>An OCI layout directory, read and judged without the library.</summary>
internal static class Layout
{
    /// <summary>The tags and the digests that they point to; empty when there is no index yet.</summary>
    public static IReadOnlyDictionary<string, string> Tags(string directory)
    {
        var file = Path.Combine(directory, "index.json");
        if (!File.Exists(file))
            return new Dictionary<string, string>();
        using var index = JsonDocument.Parse(File.ReadAllBytes(file));
        return index.RootElement.GetProperty("manifests").EnumerateArray()
            .Where(m => m.TryGetProperty("annotations", out var a) && a.TryGetProperty("org.opencontainers.image.ref.name", out _))
            .ToDictionary(m => m.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString()!, m => m.GetProperty("digest").GetString()!);
    }

    public static byte[] Read(string directory, string digest) => File.ReadAllBytes(Path.Combine(directory, "blobs", digest.Replace(':', Path.DirectorySeparatorChar)));

    public static JsonNode Manifest(string directory, string tag = "latest") => JsonNode.Parse(Read(directory, Tags(directory)[tag]))!;

    /// <summary>The digest of the cache config that a tag's manifest names.</summary>
    public static string Config(string directory, string tag = "latest") => ConfigOf(Manifest(directory, tag));

    /// <summary>The cache config that a manifest names, whatever its form.</summary>
    public static string ConfigOf(JsonNode manifest) => (string)(manifest["config"]
        ?? manifest["manifests"]!.AsArray().Single(m => ((string)m!["mediaType"]!).Contains("cacheconfig", StringComparison.Ordinal)))!["digest"]!;

    /// <summary>The layer descriptors that a manifest names, whatever its form.</summary>
    public static IReadOnlyList<JsonNode> Layers(JsonNode manifest) =>
        [.. (manifest["layers"] ?? manifest["manifests"])!.AsArray().Select(l => l!).Where(l => !((string)l["mediaType"]!).Contains("cacheconfig", StringComparison.Ordinal))];

    /// <summary>Everything that a tag needs is there, with the size and the digest that are stated.</summary>
    public static void AssertComplete(string directory, string tag, Func<string, byte[]>? read = null)
    {
        read ??= digest => Read(directory, digest);
        AssertComplete(Tags(directory)[tag], read);
    }

    /// <summary>Everything that a manifest needs is there, with the size and the digest that are stated.</summary>
    public static void AssertComplete(string manifestDigest, Func<string, byte[]> read)
    {
        var manifest = JsonNode.Parse(Verified(manifestDigest, read))!;
        Verified(ConfigOf(manifest), read);
        foreach (var layer in Layers(manifest))
            Assert.That(Verified((string)layer["digest"]!, read), Has.Length.EqualTo((long)layer["size"]!));
    }

    /// <summary>The path and SHA-256 of every file below a directory.</summary>
    public static IReadOnlyDictionary<string, string> Snapshot(string directory) => Directory
        .EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(directory, f), f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))));

    private static byte[] Verified(string digest, Func<string, byte[]> read)
    {
        var bytes = read(digest);
        Assert.That("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(digest));
        return bytes;
    }
}
