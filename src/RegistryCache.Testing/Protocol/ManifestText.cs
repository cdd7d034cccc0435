using System.Text.Json;

namespace RegistryCache.Testing.Protocol;

/// <summary>What the registry reads in a manifest or an index. Source: image-spec, manifest.md and image-index.md.</summary>
internal sealed class ManifestText
{
    private static readonly string[] Lists = ["layers", "blobs", "manifests"];

    private ManifestText(JsonElement root) => Root = root;

    public JsonElement Root { get; }

    public string? MediaType => Text(Root, "mediaType");

    /// <summary>The digest of the subject, if there is one.</summary>
    public string? Subject =>
        Root.TryGetProperty("subject", out var subject) && subject.ValueKind == JsonValueKind.Object ? Text(subject, "digest") : null;

    /// <summary>The artifact type as the referrers API tells it: of a manifest without one it is the type of the config.</summary>
    public string? ArtifactType => Text(Root, "artifactType") is { Length: > 0 } type
        ? type
        : Root.TryGetProperty("config", out var config) ? Text(config, "mediaType") : null;

    /// <summary>Whether this is an index with an entry that is no manifest, as BuildKit writes caches.</summary>
    public bool IsCacheIndex => Root.TryGetProperty("manifests", out var list) && list.EnumerateArray().Any(static entry =>
        Text(entry, "mediaType") is not { } type
        || !(type.Contains("manifest", StringComparison.Ordinal) || type.EndsWith("image.index.v1+json", StringComparison.Ordinal)));

    /// <summary>Reads a text; <see langword="null"/> if it is no manifest.</summary>
    public static ManifestText? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var text = new ManifestText(document.RootElement.Clone());
            return text.IsValid() ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The digests that must be in the repository. Content that lies elsewhere, by its <c>urls</c>, need not.</summary>
    public IEnumerable<string> References() =>
        Descriptors().Where(static d => !LiesElsewhere(d)).Select(static d => Text(d, "digest")!);

    private static bool LiesElsewhere(JsonElement descriptor) =>
        descriptor.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private bool IsValid() => Root.ValueKind == JsonValueKind.Object
        && Lists.All(name => !Root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Array)
        && Descriptors().All(static descriptor => Digest.TryParse(Text(descriptor, "digest"), out _));

    private IEnumerable<JsonElement> Descriptors()
    {
        if (Root.TryGetProperty("config", out var config))
            yield return config;
        foreach (var name in Lists)
        {
            if (!Root.TryGetProperty(name, out var list))
                continue;
            foreach (var entry in list.EnumerateArray())
                yield return entry;
        }
    }
}
