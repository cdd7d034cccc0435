using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>Cache configs as they stand in the registry, read without the library that the rows are there to judge.</summary>
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
    public async Task<IReadOnlyList<string>> LayerTypesAsync(string name)
    {
        var manifest = await ManifestAsync(name);
        return [.. (manifest["layers"] ?? manifest["manifests"])!.AsArray().Select(layer => (string)layer!["mediaType"]!)
            .Where(type => !type.Contains("cacheconfig", StringComparison.Ordinal))];
    }

    public void Dispose() => _http.Dispose();

    private static (string Repository, string Tag) Split(string name)
    {
        var colon = name.LastIndexOf(':');
        return (name[..colon], name[(colon + 1)..]);
    }
}
