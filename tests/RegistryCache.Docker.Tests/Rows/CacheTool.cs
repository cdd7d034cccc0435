using System.Text.Json.Nodes;
using RegistryCache.Docker.Tests.Engine;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>The command line <c>registry-cache</c>, run from outside as a pipeline would run it.</summary>
internal static class CacheTool
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "registry-cache.dll");

    public static async Task<JsonNode> InspectAsync(string source) =>
        JsonNode.Parse((await RunAsync("inspect", source, "--format", "json")).RequireSuccess().Output)!;

    /// <summary>Copies and returns the report of the first target.</summary>
    public static async Task<JsonNode> CopyAsync(string from, string to) => (await CopyAsync([from], to))["targets"]![0]!;

    public static async Task<JsonNode> CopyAsync(IEnumerable<string> from, string to) =>
        JsonNode.Parse((await RunAsync(["copy", .. from.SelectMany(source => new[] { "--from", source }), "--to", to, "--format", "json"]))
            .RequireSuccess().Output)!;

    public static Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.RunAsync("dotnet", [Program, .. arguments]);
}
