using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>Writes a cache again with another blob in one place, everything that names the blob changed with it.</summary>
internal sealed class CacheSurgery(HttpClient http)
{
    private const string DiffIdKey = "containerd.io/uncompressed";

    /// <param name="manifest">An image manifest; it is changed.</param>
    /// <param name="repository">Where the cache stands and goes to.</param>
    /// <param name="tag">The new cache's tag.</param>
    /// <param name="change">Makes the new gzip blob of the old one.</param>
    /// <returns>The digests of the old and the new blob.</returns>
    public async Task<(string Old, string New)> ReplaceFirstLayerAsync(JsonNode manifest, string repository, string tag, Func<byte[], byte[]> change)
    {
        var layer = manifest["layers"]![0]!;
        var old = (string)layer["digest"]!;
        var blob = change(await http.GetByteArrayAsync(Blob(repository, old)));
        layer["digest"] = await PushBlobAsync(repository, blob);
        layer["size"] = blob.Length;
        layer["annotations"]![DiffIdKey] = DigestOf(EstargzDamage.Decompress(blob));

        var config = manifest["config"]!;
        var text = await http.GetStringAsync(Blob(repository, (string)config["digest"]!));
        var bytes = Encoding.UTF8.GetBytes(text.Replace(old, (string)layer["digest"]!, StringComparison.Ordinal));
        config["digest"] = await PushBlobAsync(repository, bytes);
        config["size"] = bytes.Length;

        using var body = new StringContent(manifest.ToJsonString(), new MediaTypeHeaderValue((string)manifest["mediaType"]!));
        using var response = await http.PutAsync(new Uri($"/v2/{repository}/manifests/{tag}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        return (old, (string)layer["digest"]!);
    }

    private async Task<string> PushBlobAsync(string repository, byte[] bytes)
    {
        var digest = DigestOf(bytes);
        using var start = await http.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null);
        var upload = start.EnsureSuccessStatusCode().Headers.Location!;
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await http.PutAsync(new Uri($"{upload}{(upload.Query.Length > 0 ? '&' : '?')}digest={digest}"), body);
        response.EnsureSuccessStatusCode();
        return digest;
    }

    private static Uri Blob(string repository, string digest) => new($"/v2/{repository}/blobs/{digest}", UriKind.Relative);

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
