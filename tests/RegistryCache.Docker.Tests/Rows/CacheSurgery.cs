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

        await ChangeConfigAsync(manifest, repository, config => config.Replace(old, (string)layer["digest"]!, StringComparison.Ordinal));
        await PushManifestAsync(manifest, repository, tag);
        return (old, (string)layer["digest"]!);
    }

    /// <summary>Takes away the one record without results that nothing links to and that has several inputs.</summary>
    public async Task RemoveJoiningRecordAsync(JsonNode manifest, string repository, string tag)
    {
        await ChangeConfigAsync(manifest, repository, static text =>
        {
            var config = JsonNode.Parse(text)!;
            var records = config["records"]!.AsArray();
            var linked = Links(records).Select(link => (int)link["link"]!).ToHashSet();
            var at = Enumerable.Range(0, records.Count).Single(
                i => !linked.Contains(i) && records[i]!["layers"] is null && records[i]!["inputs"] is JsonArray { Count: > 1 });
            records.RemoveAt(at);
            foreach (var link in Links(records).Where(link => (int)link["link"]! > at))
                link["link"] = (int)link["link"]! - 1;
            return config.ToJsonString();
        });
        await PushManifestAsync(manifest, repository, tag);
    }

    private static IEnumerable<JsonNode> Links(JsonArray records) =>
        records.SelectMany(r => r!["inputs"]?.AsArray() ?? []).SelectMany(input => input!.AsArray()).Select(link => link!);

    private async Task ChangeConfigAsync(JsonNode manifest, string repository, Func<string, string> change)
    {
        var config = manifest["config"]!;
        var bytes = Encoding.UTF8.GetBytes(change(await http.GetStringAsync(Blob(repository, (string)config["digest"]!))));
        config["digest"] = await PushBlobAsync(repository, bytes);
        config["size"] = bytes.Length;
    }

    private async Task PushManifestAsync(JsonNode manifest, string repository, string tag)
    {
        using var body = new StringContent(manifest.ToJsonString(), new MediaTypeHeaderValue((string)manifest["mediaType"]!));
        using var response = await http.PutAsync(new Uri($"/v2/{repository}/manifests/{tag}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
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
