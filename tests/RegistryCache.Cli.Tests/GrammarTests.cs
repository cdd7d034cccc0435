using RegistryCache.Fixtures;
namespace RegistryCache.Cli.Tests;

/// <summary>What the tool makes of wrong command lines, and what it helps with.</summary>
internal sealed class GrammarTests
{
    [TestCase("inspct", "Unknown command 'inspct'; did you mean inspect?")]
    [TestCase("zzz", "Unknown command 'zzz'. The commands are inspect, ")]
    [TestCase("inspect", "Expected SOURCE.")]
    [TestCase("cat a", "Expected SOURCE PATH.")]
    [TestCase("inspect a b", "Unexpected argument 'b'.")]
    [TestCase("inspect --nope", "Unknown option --nope.")]
    [TestCase("inspect a --nope", "Unknown option --nope.")]
    [TestCase("inspect a --verbos", "Unknown option --verbos; did you mean --verbose?")]
    [TestCase("copy --fron a --to b", "Unknown option --fron; did you mean --from?")]
    [TestCase("copy --to b", "--from SOURCE is missing.")]
    [TestCase("save --to b", "--key KEY is missing.")]
    [TestCase("save --key a --key b --to c", "--key can be given only once.")]
    [TestCase("save --to c --key", "--key needs a value.")]
    [TestCase("save --key= -q --to c", "--key needs a value.")]
    [TestCase("save --key --quiet --to c", "--key needs a value.")]
    [TestCase("save --key: -q --to c", "--key needs a value.")]
    [TestCase("save --key= --path own --to c", "--key needs a value.")]
    [TestCase("save --key --path=own --to c", "--key needs a value.")]
    [TestCase("restore --key k --fallback= -q --from c", "--fallback needs a value.")]
    [TestCase("restore --key k --from --into x", "--from needs a value.")]
    [TestCase("restore --key k --from c --existing replace", "--existing replace removes what the cache does not have. Name the folder with --into.")]
    [TestCase("ls c --blob-cache --format json", "--blob-cache needs a value.")]
    [TestCase("copy --merge=yes --from a --to b", "Unexpected argument 'yes'.")]
    [TestCase("inspect a --format xml", "--format must be text or json, not 'xml'.")]
    [TestCase("ls a --limit 0", "--limit must be a whole number of at least 1, not '0'.")]
    [TestCase("inspect a --quiet --debug", "--quiet cannot be given with --verbose or --debug.")]
    [TestCase("completion tcsh", "SHELL must be bash or zsh or fish or powershell, not 'tcsh'.")]
    [TestCase("--quiet", "A command is missing.")]
    [TestCase("[x]", "Unknown command '[x]'. The commands are ")]
    public async Task A_mistake_is_named_with_what_was_meant(string line, string message)
    {
        var tool = await Tool.RunAsync(line.Split(' '));

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.StartWith($"error: {message}").And.Contain("\nusage: registry-cache "));
        Assert.That(tool.Output, Is.Empty);
    }

    [Test]
    public async Task After_two_dashes_everything_is_an_argument()
    {
        var tool = await Tool.RunAsync("inspect", "--", "--nope");

        Assert.That(tool.Error, Does.Not.Contain("Unknown option").And.Contain("--nope"));
    }

    [Test]
    public async Task A_value_can_start_with_a_dash_and_is_never_a_file_of_arguments()
    {
        using var scratch = new ScratchDirectory();
        await File.WriteAllTextAsync(scratch["arguments"], "--help");

        var dash = await Tool.RunAsync("restore", "--key=-x", "--from", $"type=local,src={scratch["none"]}", "--into", scratch["into"]);
        var at = await Tool.RunAsync("inspect", "@" + scratch["arguments"]);

        Assert.That(dash.ExitCode, Is.EqualTo(ExitCode.Miss));
        Assert.That(dash.Error, Does.EndWith($"{Environment.NewLine}no folder was saved under -x{Environment.NewLine}"));
        Assert.That((at.ExitCode, at.Output), Is.EqualTo((ExitCode.WrongUsage, "")));
    }

    [Test]
    public async Task Every_command_has_help_with_every_option_its_value_and_its_default([Values] bool isNarrow)
    {
        foreach (var command in new ToolRoot().Subcommands.OfType<ToolCommand>())
        {
            var help = await Tool.RunAsync(isNarrow ? 60 : null, command.Name, "--help");

            Assert.That((help.ExitCode, help.Error), Is.EqualTo((ExitCode.Done, "")), command.Name);
            Assert.That(help.Output, Does.StartWith(command.Description![..20]).And.Contain($"usage: registry-cache {command.Name} "));
            foreach (var option in command.Options)
            {
                Assert.That(option.Description, Is.Not.Empty, option.Name);
                Assert.That(help.Output, Does.Contain($"  {string.Join(", ", [option.Name, .. option.Aliases])}{(option.HelpName is null ? "" : " " + option.HelpName)}"));
            }

            foreach (var argument in command.Arguments)
                Assert.That(help.Output, Does.Contain($"  {argument.Name} "));
            Assert.That(help.Output, Does.Contain("[default: 60]").And.Contain("Options of every command:"));
            Assert.That(help.Output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(isNarrow ? 60 : 100), command.Name);
        }
    }

    [TestCase("help", "nope")]
    [TestCase("nope", "--help")]
    public async Task Help_for_a_command_that_does_not_exist_is_wrong_usage(params string[] args)
    {
        var tool = await Tool.RunAsync(args);

        Assert.That((tool.ExitCode, tool.Output), Is.EqualTo((ExitCode.WrongUsage, "")));
        Assert.That(tool.Error, Does.StartWith("error: Unknown command 'nope'"));
    }

    [TestCase("/no/such/cache")]
    [TestCase("./cache")]
    [TestCase("../cache")]
    public async Task A_path_in_place_of_a_source_gets_a_hint(string path)
    {
        foreach (var args in (string[][])[["inspect", path], ["copy", "--from", path, "--to", "type=local,dest=x"], ["diff", path, path]])
        {
            var tool = await Tool.RunAsync(args);
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
            Assert.That(tool.Error, Does.Contain($"type=local,src={path}"), args[0]);
        }

        Assert.That((await Tool.RunAsync("inspect", "UPPER")).Error, Does.Not.Contain("type=local"));
    }

    [Test]
    public async Task A_key_that_cannot_be_is_named_in_the_words_of_the_tool()
    {
        using var scratch = new ScratchDirectory();
        var tool = await Tool.RunAsync("save", "--key", "a\nb", "--path", scratch.Path, "--to", $"type=local,dest={scratch["cache"]}");

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.StartWith("error: A key must not hold control characters.").And.Not.Contain("Parameter"));
    }

    [Test]
    public async Task Help_can_be_asked_for_in_each_way()
    {
        var option = await Tool.RunAsync("copy", "--help");

        Assert.That((await Tool.RunAsync("copy", "-h")).Output, Is.EqualTo(option.Output));
        Assert.That((await Tool.RunAsync("help", "copy")).Output, Is.EqualTo(option.Output));
        Assert.That((await Tool.RunAsync("--help", "copy")).Output, Is.EqualTo(option.Output));
        Assert.That((await Tool.RunAsync("help")).Output, Is.EqualTo((await Tool.RunAsync("-h")).Output).And.Not.EqualTo(option.Output));
    }

    [TestCase("registry-cache ins", "inspect")]
    [TestCase("registry-cache copy --ov", "--oversize|--overwrite-image")]
    [TestCase("registry-cache copy --oversize ", "fail|trim|warn")]
    [TestCase("registry-cache copy --oversize t", "trim")]
    [TestCase("registry-cache copy --from type=l", "type=local,src=")]
    [TestCase("registry-cache save --to type=l", "type=local,dest=")]
    [TestCase("registry-cache inspect type=r", "type=registry,ref=")]
    [TestCase("registry-cache completion fi", "fish")]
    [TestCase("registry-cache save --path ", "")]
    [Category("Integration")]
    public async Task A_shell_is_told_how_a_line_can_go_on(string line, string expected)
    {
        using var tool = ToolProcess.Start($"[suggest:{line.Length}]", line);
        var (code, text) = await tool.EndAsync();

        Assert.That(code, Is.Zero, text);
        Assert.That(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(expected.Split('|', StringSplitOptions.RemoveEmptyEntries)));
    }
}
