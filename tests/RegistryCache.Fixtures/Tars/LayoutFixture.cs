using System.Text.Json;

namespace RegistryCache.Fixtures.Tars;

/// <summary>The layers of a fixture, read without any part of the library that is under test but its value types.</summary>
public static class LayoutFixture
{
    /// <summary>The directory of a fixture.</summary>
    /// <param name="name">Its name.</param>
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    /// <summary>The bytes of a blob.</summary>
    /// <param name="name">The fixture.</param>
    /// <param name="digest">The blob.</param>
    public static byte[] Blob(string name, Digest digest) =>
        File.ReadAllBytes(System.IO.Path.Combine(Path(name), "blobs", digest.AlgorithmName, digest.Hex));

    /// <summary>The layer descriptors of the first manifest in <c>index.json</c>, an image manifest.</summary>
    /// <param name="name">The fixture.</param>
    public static IReadOnlyList<Descriptor> Layers(string name)
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(Path(name), "index.json")));
        var manifestDigest = Digest.Parse(index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString());
        using var manifest = JsonDocument.Parse(Blob(name, manifestDigest));
        return [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(ReadDescriptor)];
    }

    private static Descriptor ReadDescriptor(JsonElement json)
    {
        var descriptor = new Descriptor(
            json.GetProperty("mediaType").GetString()!, Digest.Parse(json.GetProperty("digest").GetString()), json.GetProperty("size").GetInt64());
        return descriptor.WithAnnotations(json.GetProperty("annotations").EnumerateObject().Select(a => KeyValuePair.Create(a.Name, a.Value.GetString()!)));
    }
}
