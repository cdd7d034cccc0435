using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>Two cache configs for a person who has to find out why one gives hits and the other does not.</summary>
internal static class ConfigComparison
{
    private const int Column = 100;
    private const string Results = " results ";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string SideBySide(JsonNode left, JsonNode right)
    {
        var ours = right.ToJsonString(Indented).Split('\n');
        var dockers = left.ToJsonString(Indented).Split('\n');
        var text = new StringBuilder();
        for (var i = 0; i < Math.Max(dockers.Length, ours.Length); i++)
        {
            var (l, r) = (i < dockers.Length ? dockers[i] : "", i < ours.Length ? ours[i] : "");
            text.Append(Cut(l)).Append(l == r ? "   " : " | ").Append(Cut(r).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// The first record that differs. Records are compared with their indices resolved to digests, so that another order of the same
    /// records is no difference.
    /// </summary>
    public static string FirstDifference(JsonNode left, JsonNode right)
    {
        var (l, r) = (Resolve(left), Resolve(right));
        var missing = l.Except(r, StringComparer.Ordinal).FirstOrDefault();
        var extra = r.Except(l, StringComparer.Ordinal).FirstOrDefault();
        return missing is null && extra is null
            ? "no record differs"
            : $"first record only on the left:  {missing ?? "none"}\nfirst record only on the right: {extra ?? "none"}";
    }

    /// <summary>Records and results of <paramref name="copy"/> that <paramref name="original"/> does not have; a result may be absent.</summary>
    public static IReadOnlyList<string> ForeignResults(JsonNode original, JsonNode copy)
    {
        var known = Resolve(original).ToHashSet(StringComparer.Ordinal);
        var bare = known.Select(WithoutResults).ToHashSet(StringComparer.Ordinal);
        return [.. Resolve(copy).Where(record => !known.Contains(record) && !(record == WithoutResults(record) && bare.Contains(record)))];
    }

    private static string WithoutResults(string record) => record[..(record.IndexOf(Results, StringComparison.Ordinal) + Results.Length)];

    private static List<string> Resolve(JsonNode config)
    {
        var layers = config["layers"]?.AsArray() ?? [];
        var records = config["records"]?.AsArray() ?? [];
        return [.. records.Select(record => Resolve(record!, records, layers)).Order(StringComparer.Ordinal)];
    }

    private static string Resolve(JsonNode record, JsonArray records, JsonArray layers)
    {
        var inputs = (record["inputs"]?.AsArray() ?? []).Select(input => "[" + string.Join(", ", input!.AsArray().Select(
            link => $"{records[(int?)link!["link"] ?? 0]!["digest"]}{(link["selector"] is { } selector ? $" selector {selector}" : "")}")) + "]");
        var results = (record["layers"]?.AsArray() ?? []).Select(result => $"{Chain(layers, (int?)result!["layer"] ?? 0)} at {result["createdAt"]}");
        return $"{record["digest"]} inputs {string.Join(" ", inputs)}{Results}{string.Join(", ", results)}";
    }

    private static string Chain(JsonArray layers, int index)
    {
        var chain = new List<string>();
        for (var steps = 0; index >= 0 && steps <= layers.Count; steps++)
        {
            chain.Add((string)layers[index]!["blob"]!);
            index = (int?)layers[index]!["parent"] ?? 0;
        }

        chain.Reverse();
        return string.Join("/", chain);
    }

    private static string Cut(string line)
    {
        var trimmed = line.Length > Column ? line[..(Column - 1)] + "…" : line;
        return trimmed.PadRight(Column);
    }
}
