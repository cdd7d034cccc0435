using RegistryCache.Cli.Output;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>Nothing that people see is wider than their terminal.</summary>
internal sealed class ColumnsTests
{
    private static readonly string MaxGzip = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
    private static readonly string Parted = $"type=local,src={FixtureLayout.Open("parted").Directory}";

    [TestCase("short", 20, "short")]
    [TestCase("one two three four", 10, "one two|  three|  four")]
    [TestCase("a  12 KB  last", 9, "a  12 KB|  last")]
    [TestCase("a  12 KB  last", 7, "a|  12 KB|  last")]
    [TestCase("├ L0  sha256:0123456789  base", 16, "├ L0|  sha256…456789|  base")]
    [TestCase("  led by spaces", 9, "  led by|  spaces")]
    [TestCase("why  a sentence that has its own end", 12, "why  a|  sentence|  that has|  its own|  end")]
    public void A_text_is_broken_at_spaces_and_long_words_lose_their_middle(string text, int width, string lines) =>
        Assert.That(string.Join('|', Columns.Fold(text, "  ", width)), Is.EqualTo(lines));

    [Test]
    public async Task No_line_of_a_command_is_wider_than_the_terminal([Values(40, 80, 200)] int width)
    {
        using var scratch = new ScratchDirectory();
        var tag = new string('t', 100);
        Directory.CreateDirectory(scratch["in"]);
        foreach (var key in (string[])["one", new string('k', 150), new string('字', 60)])
            await Tool.JsonAsync("save", "--key", key, "--path", scratch["in"], "--to", $"type=local,dest={scratch["cache"]},tag={tag}");
        await Tool.JsonAsync("save", "--key", "one", "--path", scratch.Path, "--to", $"type=local,dest={scratch["other"]}");
        var cache = $"type=local,src={scratch["cache"]}";
        foreach (var args in (string[][])
            [
                ["inspect", MaxGzip], ["ls", cache], ["ls", $"{cache},tag={tag}"], ["verify", MaxGzip, "--sample", "20"], ["heal", MaxGzip, "--dry-run"],
                ["diff", $"{cache},tag={tag}", $"type=local,src={scratch["other"]}", "--files"], ["stats", MaxGzip, "--read", "50", "--try", "zstd"],
                ["explain", $"{Parted},tag=before", $"{Parted},tag=base"], ["prune", cache, "--keep-newest", "1", "--dry-run"], ["rm", $"{cache},tag={tag}", "--dry-run"],
                ["copy", "--from", MaxGzip, "--to", $"type=local,dest={scratch["copy"]}"], ["graph", MaxGzip, "-o", scratch["x.svg"]],
                ["save", "--key", "k", "--path", scratch["in"], "--to", $"type=local,dest={scratch["other"]}"],
                ["restore", "--key", "one", "--from", $"{cache},tag={tag}", "--into", scratch["into"]],
            ])
        {
            var tool = await Tool.RunAsync(width, args);
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), $"{args[0]}: {tool.Error}");
            Assert.That(tool.Output, Is.Not.Empty, args[0]);
            foreach (var line in tool.Output.Split('\n'))
                Assert.That(line.TrimEnd('\r').EnumerateRunes().Sum(r => r.Value is > 0x2fff ? 2 : 1), Is.LessThanOrEqualTo(width), line);
        }
    }
}
