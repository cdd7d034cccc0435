using System.Net;
using System.Net.Http.Headers;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests;

/// <summary>A repository of the real registry, read with plain HTTP and no part of the library.</summary>
internal sealed class RemoteTag(HttpClient http, RegistryServer server, string repository)
{
    private static readonly string[] Types =
    [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    /// <summary>The reference, as in <c>ref=…</c>.</summary>
    public string Reference(string tag) => $"{server.Host}/{repository}:{tag}";

    /// <summary>The digest that a tag points to, or <see langword="null"/>.</summary>
    public async Task<string?> DigestOfAsync(string tag)
    {
        using var answer = await GetAsync($"manifests/{tag}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Docker-Content-Digest").Single();
    }

    /// <summary>A manifest or a blob.</summary>
    public byte[] Read(string digest)
    {
        using var manifest = GetAsync($"manifests/{digest}").GetAwaiter().GetResult();
        if (manifest.IsSuccessStatusCode)
            return manifest.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        using var blob = GetAsync($"blobs/{digest}").GetAwaiter().GetResult();
        Assert.That(blob.IsSuccessStatusCode, Is.True, $"{digest}: {blob.StatusCode}");
        return blob.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{server.Host}/v2/{repository}/{path}"));
        foreach (var type in Types)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        return await http.SendAsync(request);
    }
}
