using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Manifests by tag and digest. A manifest that names a blob that is not there is refused.</summary>
internal static class ManifestEndpoint
{
    private const int MaxBytes = 4 << 20;

    public static async Task<RegistryAnswer> AnswerAsync(RegistryMemory memory, FaultRequest request) => request.Method switch
    {
        "GET" or "HEAD" => Read(memory, request),
        "PUT" => await PutAsync(memory, request),
        "DELETE" => Delete(memory, request),
        _ => memory.Violated($"{request.Method} on a manifest", 405, "UNSUPPORTED"),
    };

    private static RegistryAnswer Read(RegistryMemory memory, FaultRequest request)
    {
        var repository = memory.Repository(request.Repository);
        var digest = repository.Tags.GetValueOrDefault(request.Reference, request.Reference);
        if (!repository.Manifests.TryGetValue(digest, out var manifest) || !request.Http.Request.Headers.Accept.ToString().Contains(manifest.MediaType, StringComparison.Ordinal))
            return RegistryAnswer.Error(404, "MANIFEST_UNKNOWN");
        return RegistryAnswer.Of(200, manifest.Bytes, manifest.MediaType).With("Docker-Content-Digest", digest);
    }

    private static RegistryAnswer Delete(RegistryMemory memory, FaultRequest request)
    {
        var repository = memory.Repository(request.Repository);
        if (!request.Reference.Contains(':', StringComparison.Ordinal))
            return RegistryAnswer.Error(400, "UNSUPPORTED");
        if (!repository.Manifests.TryRemove(request.Reference, out _))
            return RegistryAnswer.Error(404, "MANIFEST_UNKNOWN");
        foreach (var tag in repository.Tags.Where(tag => tag.Value == request.Reference).ToList())
            repository.Tags.TryRemove(tag.Key, out _);
        return new RegistryAnswer(202);
    }

    private static async Task<RegistryAnswer> PutAsync(RegistryMemory memory, FaultRequest request)
    {
        var http = request.Http.Request;
        if (http.ContentLength is not { } length)
            return memory.Violated("manifest without Content-Length", 411, "SIZE_INVALID");
        if (length > MaxBytes)
            return RegistryAnswer.Error(413, "MANIFEST_INVALID", "too large");
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        if (http.ContentType is not { } type || type.Contains(';', StringComparison.Ordinal))
            return memory.Violated($"manifest with Content-Type '{http.ContentType}'", 400, "MANIFEST_INVALID");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            return memory.Violated("manifest is not JSON", 400, "MANIFEST_INVALID");
        }

        using (document)
            return Store(memory, request, document.RootElement, bytes, type);
    }

    private static RegistryAnswer Store(RegistryMemory memory, FaultRequest request, JsonElement root, byte[] bytes, string type)
    {
        if (root.TryGetProperty("mediaType", out var named) && named.GetString() != type)
            return memory.Violated($"manifest of type {named} sent as {type}", 400, "MANIFEST_INVALID");
        var isIndex = root.TryGetProperty("manifests", out _);
        if (isIndex && memory.Options.IndexFormStatus is { } refused)
            return RegistryAnswer.Error(refused, memory.Options.IndexFormCode, "manifest form refused");
        var repository = memory.Repository(request.Repository);
        foreach (var digest in References(root))
        {
            if (!repository.Blobs.ContainsKey(digest) && !repository.Manifests.ContainsKey(digest))
                return RegistryAnswer.Error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry");
        }

        var own = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (request.Reference.Contains(':', StringComparison.Ordinal) && request.Reference != own)
            return RegistryAnswer.Error(400, "DIGEST_INVALID");
        repository.Manifests[own] = new StoredManifest(bytes, type);
        if (!request.Reference.Contains(':', StringComparison.Ordinal))
            repository.Tags[request.Reference] = own;
        return new RegistryAnswer(201).With("Location", string.Create(CultureInfo.InvariantCulture, $"/v2/{request.Repository}/manifests/{own}")).With("Docker-Content-Digest", own);
    }

    private static IEnumerable<string> References(JsonElement root)
    {
        if (root.TryGetProperty("config", out var config))
            yield return config.GetProperty("digest").GetString()!;
        foreach (var name in new[] { "layers", "manifests" })
        {
            if (!root.TryGetProperty(name, out var list))
                continue;
            foreach (var entry in list.EnumerateArray())
                yield return entry.GetProperty("digest").GetString()!;
        }
    }
}
