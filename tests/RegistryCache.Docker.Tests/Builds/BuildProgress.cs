using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RegistryCache.Docker.Tests.Builds;

/// <summary>Reads the stream of JSON objects that <c>--progress=rawjson</c> prints.</summary>
internal static partial class BuildProgress
{
    /// <summary>The steps that come from the Dockerfile. BuildKit's own preparations run in every build and are not among them.</summary>
    public static IReadOnlyList<BuildStep> Steps(string rawJson)
    {
        var steps = new Dictionary<string, BuildStep>(StringComparer.Ordinal);
        foreach (var vertex in Vertices(rawJson))
        {
            var name = (string?)vertex["name"] ?? "";
            if (!Stage().IsMatch(name))
                continue;
            var digest = (string)vertex["digest"]!;
            steps.TryGetValue(digest, out var known);
            steps[digest] = new BuildStep(
                digest, name, (bool?)vertex["cached"] ?? known?.Cached ?? false, (string?)vertex["error"] ?? known?.Error);
        }

        return [.. steps.Values];
    }

    /// <summary>Names and errors of what failed, the preparations included.</summary>
    public static IEnumerable<string> Errors(string rawJson) =>
        from vertex in Vertices(rawJson)
        let error = (string?)vertex["error"]
        where error is { Length: > 0 }
        select $"{(string?)vertex["name"]}: {error}";

    private static List<JsonNode> Vertices(string rawJson)
    {
        // Messages of buildx itself may stand before and after the objects, which older versions spread over several lines.
        var lines = rawJson.Split('\n');
        var start = Array.FindIndex(lines, static line => line.StartsWith('{'));
        var end = Array.FindLastIndex(lines, static line => line == "}" || (line.StartsWith('{') && line.EndsWith('}')));
        if (start < 0 || end < start)
            return [];
        var found = new List<JsonNode>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(string.Join('\n', lines[start..(end + 1)])), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            if (JsonNode.Parse(ref reader)?["vertexes"] is JsonArray vertices)
                found.AddRange(vertices.OfType<JsonNode>());
        }

        return found;
    }

    // «[build 2/5] RUN …», «[linux/arm64 build 2/5] COPY …», but neither «[internal] …» nor «[app internal] …».
    [GeneratedRegex(@"^\[[^\]]*\d+/\d+\] ")]
    private static partial Regex Stage();
}
