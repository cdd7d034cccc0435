using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>An output that cannot be written: a full disk, a descriptor that is closed.</summary>
[Category("Integration")]
[Platform("Linux", Reason = "/dev/full")]
internal sealed class FullOutputTests
{
    private static readonly string MaxGzip = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";

    [TestCase(">/dev/full", "inspect")]
    [TestCase(">/dev/full", "ls")]
    [TestCase(">/dev/full", "ls", "--format", "json")]
    [TestCase(">/dev/full", "graph", "--as", "dot")]
    [TestCase(">&-", "ls")]
    public async Task What_cannot_be_written_is_an_error(string redirection, string command, params string[] more)
    {
        using var tool = ToolProcess.StartUnder(["sh", "-c", $"exec \"$@\" {redirection}", "sh"], [command, MaxGzip, .. more]);

        var (exitCode, text) = await tool.EndAsync();

        Assert.That(exitCode, Is.EqualTo(1), text);
        Assert.That(text.Trim(), Does.Match("^error RC\\d{4}: The output cannot be written: [^\n]+$"));
    }

    [TestCase("--version")]
    [TestCase("--help")]
    public async Task Help_and_version_too(string option)
    {
        using var tool = ToolProcess.StartUnder(["sh", "-c", "exec \"$@\" >/dev/full", "sh"], option);

        Assert.That((await tool.EndAsync()).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Without_standard_error_the_exit_code_is_left()
    {
        using var tool = ToolProcess.StartUnder(["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"], "ls", "type=local,src=/no/such/cache");

        Assert.That(await tool.EndAsync(), Is.EqualTo((1, "\n")));
    }

    [Test]
    public async Task A_reader_that_has_seen_enough_is_no_error()
    {
        using var tool = ToolProcess.StartUnder(["sh", "-c", "\"$@\" | head -n 1", "sh"], "inspect", MaxGzip, "--format", "json");

        Assert.That(await tool.EndAsync(), Is.EqualTo((0, "{\n\n")));
    }
}
