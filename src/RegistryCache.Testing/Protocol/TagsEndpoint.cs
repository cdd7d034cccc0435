using System.Text.Json.Nodes;

namespace RegistryCache.Testing.Protocol;

/// <summary>The list of tags, in pages. Source: distribution-spec 1.1, "Listing Tags".</summary>
internal static class TagsEndpoint
{
    // "Lexical order (i.e. case-insensitive alphanumeric order)"; tags that differ in case only need an order too.
    private static readonly Comparer<string> Order = Comparer<string>.Create(static (a, b) =>
        StringComparer.OrdinalIgnoreCase.Compare(a, b) is not 0 and var order ? order : StringComparer.Ordinal.Compare(a, b));

    public static RegistryAnswer Answer(RegistryState state, RegistryCall call)
    {
        if (call.Method is not ("GET" or "HEAD") || call.Reference != "list")
            return state.Violated($"{call.Method} {call.Record.Target}", call.Reference == "list" ? 405 : 404, "UNSUPPORTED");
        if (!state.Storage.Repositories.Has(call.Repository))
            return RegistryAnswer.Error(404, "NAME_UNKNOWN", "repository name not known to registry");
        var query = call.Http.Query;
        var asked = Paging.ReadSize(query["n"]);
        var last = query["next_page"] is [{ } token, ..] ? Paging.Find(token) : query["last"].ToString();
        if (asked == -1 || last is null)
            return RegistryAnswer.Error(400, "UNSUPPORTED", "n must be a number of tags, and next_page the token of a page");
        var size = Math.Min(asked ?? int.MaxValue, state.Quirks.TagPageLimit ?? int.MaxValue);
        var tags = state.Storage.Repositories.Read(call.Repository).Tags.Keys
            .Where(tag => last.Length == 0 || Order.Compare(tag, last) > 0).Order(Order).ToList();
        var page = tags.Take(size).ToList();
        var body = new JsonObject { ["name"] = call.Repository, ["tags"] = new JsonArray([.. page.Select(static tag => (JsonNode)tag)]) };
        var answer = RegistryAnswer.Json(200, body, "application/json");
        if (page.Count == 0 || page.Count == tags.Count)
            return answer;
        var next = state.Quirks.HidesLastTag ? $"next_page={Uri.EscapeDataString(Paging.Hide(page[^1]))}" : $"last={page[^1]}";
        return answer.With("Link", $"</v2/{call.Repository}/tags/list?n={size}&{next}>; rel=\"next\"");
    }
}
