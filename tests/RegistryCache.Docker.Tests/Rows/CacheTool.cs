using System.Text.Json.Nodes;
using RegistryCache.Cli;
using RegistryCache.Docker.Tests.Engine;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>The command line <c>registry-cache</c>, run inside this process: the rows judge what it writes, and a process of its own costs more
/// time than most copies.</summary>
internal static class CacheTool
{
    public static async Task<JsonNode> InspectAsync(string source) =>
        JsonNode.Parse((await RunAsync("inspect", source, "--format", "json")).RequireSuccess().Output)!;

    /// <summary>Copies and returns the report of the first target.</summary>
    public static async Task<JsonNode> CopyAsync(string from, string to) => (await CopyAsync([from], to))["targets"]![0]!;

    public static async Task<JsonNode> CopyAsync(IEnumerable<string> from, string to) =>
        JsonNode.Parse((await RunAsync(["copy", .. from.SelectMany(source => new[] { "--from", source }), "--to", to, "--format", "json"]))
            .RequireSuccess().Output)!;

    public static async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await new CommandLine(new Terminal(output, error, showsProgress: false, TimeProvider.System)).RunAsync(arguments, CancellationToken.None);
        return new ProgramRun(string.Join(' ', ["registry-cache", .. arguments]), (int)exitCode, output.ToString(), error.ToString());
    }
}
