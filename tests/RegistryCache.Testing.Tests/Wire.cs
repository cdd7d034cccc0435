using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Testing.Tests;

/// <summary>Plain HTTP, as the specification writes it.</summary>
internal static class Wire
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ConfigType = "application/vnd.oci.image.config.v1+json";

    public static string Sha256(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Sha512(byte[] bytes) => "sha512:" + Convert.ToHexStringLower(SHA512.HashData(bytes));

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Manifest(string config, string? artifactType = null, string? subject = null, params string[] layers)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = new JsonObject { ["mediaType"] = ConfigType, ["digest"] = config, ["size"] = 2 },
            ["layers"] = new JsonArray([.. layers.Select(static l => (JsonNode)new JsonObject { ["mediaType"] = "application/octet-stream", ["digest"] = l, ["size"] = 1 })]),
        };
        if (artifactType is not null)
            manifest["artifactType"] = artifactType;
        if (subject is not null)
            manifest["subject"] = new JsonObject { ["mediaType"] = ManifestType, ["digest"] = subject, ["size"] = 1 };
        return Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string target, byte[]? body = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), ToUri(client, target));
        if (body is not null || method is "POST" or "PUT" or "PATCH")
            request.Content = new ByteArrayContent(body ?? []);
        if (type is not null)
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    // A signed URL must arrive as it was given.
    private static Uri ToUri(HttpClient client, string target) => target.StartsWith("http", StringComparison.Ordinal)
        ? new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        : new Uri(client.BaseAddress!, target);

    public static string Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : "";

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public static async Task<string> CodeAsync(this HttpResponseMessage response) => (string)(await response.JsonAsync())["errors"]![0]!["code"]!;

    /// <summary>A Location with a digest. The Location can have a query already.</summary>
    public static string WithDigest(string location, string digest) => location + (location.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "digest=" + digest;

    public static async Task<string> StartAsync(this HttpClient client, string repository)
    {
        var started = await client.SendAsync("POST", $"/v2/{repository}/blobs/uploads/");
        Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        return started.Header("Location");
    }

    public static async Task<string> PushBlobAsync(this HttpClient client, string repository, byte[] bytes)
    {
        var digest = Sha256(bytes);
        var put = await client.SendAsync("PUT", WithDigest(await client.StartAsync(repository), digest), bytes, "application/octet-stream");
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created), await put.Content.ReadAsStringAsync());
        return digest;
    }

    public static async Task<string> PushImageAsync(this HttpClient client, string repository, string reference, string? artifactType = null, string? subject = null)
    {
        var config = await client.PushBlobAsync(repository, "{}"u8.ToArray());
        var manifest = Manifest(config, artifactType, subject);
        var put = await client.SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", manifest, ManifestType);
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created), await put.Content.ReadAsStringAsync());
        return put.Header("Docker-Content-Digest");
    }
}
