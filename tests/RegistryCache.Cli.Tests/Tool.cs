using System.Text;
using System.Text.Json;

namespace RegistryCache.Cli.Tests;

/// <summary>Runs the command line inside the test process.</summary>
internal sealed class Tool
{
    private Tool(ExitCode exitCode, string output, string error) => (ExitCode, Output, Error) = (exitCode, output, error);

    public ExitCode ExitCode { get; }

    /// <summary>Standard output, of text or of bytes.</summary>
    public string Output { get; }

    public string Error { get; }

    public static async Task<Tool> RunAsync(params string[] args) => await RunAsync(showsProgress: false, args);

    public static async Task<Tool> RunAsync(bool showsProgress, params string[] args) => await RunAsync(width: null, showsProgress, args);

    /// <summary>Runs the command line in a terminal of so many columns.</summary>
    public static async Task<Tool> RunAsync(int? width, params string[] args) => await RunAsync(width, showsProgress: false, args);

    private static async Task<Tool> RunAsync(int? width, bool showsProgress, string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var bytes = new MemoryStream();
        var terminal = new Terminal(output, error, showsProgress, TimeProvider.System, bytes, width);
        var exitCode = await new CommandLine(terminal).RunAsync(args, CancellationToken.None);
        return new Tool(exitCode, output + Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>Runs a command that must succeed and answer with one JSON object.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var tool = await RunAsync([.. args, "--format", "json"]);
        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
        using var json = JsonDocument.Parse(tool.Output);
        return json.RootElement.Clone();
    }

    /// <summary>Copies from one text to one target text; must succeed.</summary>
    public static async Task CopyAsync(string from, string to, params string[] more)
    {
        var tool = await RunAsync(["copy", "--from", from, "--to", to, .. more]);
        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
    }
}
