using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Tags and referrers, in pages.</summary>
internal static class ListingEndpoint
{
    public static RegistryAnswer Tags(RegistryMemory memory, FaultRequest request)
    {
        var query = request.Http.Request.Query;
        var last = query["last"].ToString();
        var size = int.TryParse(query["n"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue;
        size = Math.Min(size, memory.Options.TagPageLimit ?? int.MaxValue);
        if (!memory.Repositories.TryGetValue(request.Repository, out var repository))
            return RegistryAnswer.Error(404, "NAME_UNKNOWN");
        var all = repository.Tags.Keys.Where(tag => string.CompareOrdinal(tag, last) > 0).Order(StringComparer.Ordinal).ToList();
        var page = all.Take(size).ToList();
        var body = new JsonObject { ["name"] = request.Repository, ["tags"] = page.Count == 0 ? null : new JsonArray([.. page.Select(tag => (JsonNode)tag)]) };
        var answer = RegistryAnswer.Of(200, Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
        return all.Count <= page.Count ? answer : answer.With("Link", $"</v2/{request.Repository}/tags/list?n={size}&last={page[^1]}>; rel=\"next\"");
    }

    public static RegistryAnswer Referrers(RegistryMemory memory, FaultRequest request)
    {
        if (!memory.Options.HasReferrers)
            return RegistryAnswer.Error(404, "NOT_FOUND");
        var repository = memory.Repository(request.Repository);
        var list = new JsonArray();
        foreach (var (digest, manifest) in repository.Manifests.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            var root = JsonNode.Parse(manifest.Bytes)!;
            if (root["subject"]?["digest"]?.GetValue<string>() == request.Reference)
                list.Add(new JsonObject { ["mediaType"] = manifest.MediaType, ["digest"] = digest, ["size"] = manifest.Bytes.Length, ["artifactType"] = root["artifactType"]?.GetValue<string>() });
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = list };
        return RegistryAnswer.Of(200, Encoding.UTF8.GetBytes(index.ToJsonString()), "application/vnd.oci.image.index.v1+json");
    }
}
