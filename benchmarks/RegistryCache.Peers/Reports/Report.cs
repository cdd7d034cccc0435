using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryCache.Peers.Reports;

/// <summary>A whole run: the machine, the programs and their versions, and all jobs.</summary>
internal sealed record Report(string Machine, IReadOnlyDictionary<string, string> Programs, IReadOnlyList<JobResult> Jobs)
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public string Json() => JsonSerializer.Serialize(this, Format);

    public string Text() => string.Join(Environment.NewLine, [Head("  "), .. Jobs.Select(Table.Text)]);

    public string Markdown() => string.Join(Environment.NewLine, [Head("- "), .. Jobs.Select(Table.Markdown)]);

    private string Head(string indent) => string.Concat(
        [Machine, Environment.NewLine, Environment.NewLine,
        .. Programs.Select(program => $"{indent}{program.Key}: {program.Value}{Environment.NewLine}")]);
}
