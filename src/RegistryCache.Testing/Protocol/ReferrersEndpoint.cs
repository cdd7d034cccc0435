using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryCache.Testing.Protocol;

/// <summary>The manifests that refer to a digest. Source: distribution-spec 1.1, "Listing Referrers".</summary>
internal static class ReferrersEndpoint
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    public static RegistryAnswer Answer(RegistryState state, RegistryCall call)
    {
        if (!state.Quirks.HasReferrers)
            return RegistryAnswer.Error(404, "UNSUPPORTED", "the referrers API is not supported");
        if (call.Method is not ("GET" or "HEAD"))
            return state.Violated($"{call.Method} on referrers", 405, "UNSUPPORTED");
        if (!Digest.TryParse(call.Reference, out _))
            return RegistryAnswer.Error(400, "DIGEST_INVALID", "invalid digest");
        var type = call.Http.Query["artifactType"].ToString();
        var from = call.Http.Query["last"].ToString();
        var all = Referrers(state, call.Repository, call.Reference, type)
            .Where(entry => string.CompareOrdinal(entry.Digest, from) > 0).ToList();
        var page = all.Take(state.Quirks.TagPageLimit ?? int.MaxValue).ToList();
        var body = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray([.. page.Select(static entry => (JsonNode)entry.Descriptor)]),
        };
        var answer = RegistryAnswer.Json(200, body, IndexType);
        if (type.Length > 0)
            answer = answer.With("OCI-Filters-Applied", "artifactType");
        if (page.Count == all.Count)
            return answer;
        var filter = type.Length > 0 ? $"artifactType={Uri.EscapeDataString(type)}&" : "";
        return answer.With("Link", $"</v2/{call.Repository}/referrers/{call.Reference}?{filter}last={page[^1].Digest}>; rel=\"next\"");
    }

    private static IEnumerable<(string Digest, JsonObject Descriptor)> Referrers(
        RegistryState state, string repository, string subject, string type)
    {
        var manifests = state.Storage.Repositories.Read(repository).Manifests;
        foreach (var (digest, manifest) in manifests.OrderBy(static m => m.Key, StringComparer.Ordinal))
        {
            if (ManifestText.Read(manifest.Content.ReadAll()) is not { } text || text.Subject != subject
                || (type.Length > 0 && text.ArtifactType != type))
                continue;
            var descriptor = new JsonObject { ["mediaType"] = manifest.MediaType, ["digest"] = digest, ["size"] = manifest.Content.Length };
            if (text.ArtifactType is { } artifactType)
                descriptor["artifactType"] = artifactType;
            if (text.Root.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object)
                descriptor["annotations"] = JsonObject.Create(annotations);
            yield return (digest, descriptor);
        }
    }
}
