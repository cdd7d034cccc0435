using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>Caches as they stand in the registry, read and written without the library that the rows are there to judge.</summary>
internal sealed class CacheConfigs(string host) : IDisposable
{
    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{host}") };

    public async Task<JsonNode> ManifestAsync(string name)
    {
        var (repository, tag) = Split(name);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{repository}/manifests/{tag}");
        foreach (var type in ManifestTypes)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using var response = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public async Task<string> DigestAsync(string name)
    {
        var manifest = await ManifestAsync(name);
        var config = manifest["config"] ?? manifest["manifests"]!.AsArray().Single(entry => ((string)entry!["mediaType"]!).Contains("cacheconfig", StringComparison.Ordinal));
        return (string)config!["digest"]!;
    }

    public async Task<JsonNode> ReadAsync(string name) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri($"/v2/{Split(name).Repository}/blobs/{await DigestAsync(name)}", UriKind.Relative)))!;

    /// <summary>The media types of the layers, whatever the manifest's form.</summary>
    public async Task<IReadOnlyList<string>> LayerTypesAsync(string name) =>
        [.. (await DescriptorsAsync(name)).Select(layer => (string)layer["mediaType"]!)];

    /// <summary>The layers with what their blobs say of themselves, in the manifest's order.</summary>
    public async Task<IReadOnlyList<ForcedLayer>> LayersAsync(string name)
    {
        var layers = new List<ForcedLayer>();
        foreach (var descriptor in await DescriptorsAsync(name))
        {
            var path = $"/v2/{Split(name).Repository}/blobs/{descriptor["digest"]}";
            layers.Add(ForcedLayer.Read(descriptor, await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative))));
        }

        return layers;
    }

    /// <summary>Copies a cache in image form within its repository, with another blob in the place of its first layer's.</summary>
    public async Task<(string Old, string New)> CopyWithChangedLayerAsync(string from, string to, Func<byte[], byte[]> change) =>
        await new CacheSurgery(_http).ReplaceFirstLayerAsync(await ManifestAsync(from), Split(to).Repository, Split(to).Tag, change);

    /// <summary>Copies a cache in image form within its repository, with its config as it was before it was given one leaf.</summary>
    public async Task CopyWithoutJoiningRecordAsync(string from, string to) =>
        await new CacheSurgery(_http).RemoveJoiningRecordAsync(await ManifestAsync(from), Split(to).Repository, Split(to).Tag);

    public void Dispose() => _http.Dispose();

    private async Task<IEnumerable<JsonNode>> DescriptorsAsync(string name)
    {
        var manifest = await ManifestAsync(name);
        return (manifest["layers"] ?? manifest["manifests"])!.AsArray().OfType<JsonNode>()
            .Where(layer => !((string)layer["mediaType"]!).Contains("cacheconfig", StringComparison.Ordinal));
    }

    private static (string Repository, string Tag) Split(string name)
    {
        var colon = name.LastIndexOf(':');
        return (name[..colon], name[(colon + 1)..]);
    }
}
