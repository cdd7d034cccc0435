using RegistryCache.Cli.Tests.Documents;
using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests;

/// <summary>The commands in README.md and docs/command-line.md run, and the reference lists exactly the options of the tool.</summary>
[NonParallelizable]
internal sealed class DocumentedCommandsTests
{
    private static readonly string[] Common = ["--blob-cache", "--blob-cache-size", "--color", "--debug", "--format", "--help", "--min-rate", "--min-rate-window", "--quiet", "--verbose", "--version"];
    private static readonly string[] Commands = [.. new ToolRoot().Subcommands.Select(command => command.Name)];

    /// <summary>The documents that show a command of the tool.</summary>
    private static IEnumerable<string> Documented => Document.Paths.Where(path => DocumentedCommands.Of(path).Count > 0);

    [TestCaseSource(nameof(Documented))]
    [Category("Slow")]
    public async Task Every_command_of_a_document_runs_in_its_order(string document)
    {
        await using var registry = await TestRegistry.StartAsync();
        using var scratch = new ScratchDirectory();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = scratch.Path;
        try
        {
            await PrepareAsync(registry);
            var commands = DocumentedCommands.Of(document);
            foreach (var words in commands)
            {
                var tool = await Tool.RunAsync([.. words.Skip(1).Select(word => Here(word, registry))]);
                Assert.That((int)tool.ExitCode, Is.Zero, $"{string.Join(' ', words)}: {tool.Error}");
            }
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void Every_command_has_its_section() => Assert.That(
        Commands, Is.All.Matches<string>(name => DocumentedCommands.Section(DocumentedCommands.CommandLine, $"`{name}`").Length > 0));

    [TestCaseSource(nameof(Commands))]
    public async Task A_section_names_the_options_of_its_command_and_no_other(string name)
    {
        var help = (await Tool.RunAsync(name, "--help")).Output;
        var section = DocumentedCommands.Section(DocumentedCommands.CommandLine, $"`{name}`");
        var rows = DocumentedCommands.Rows(DocumentedCommands.CommandLine, $"`{name}`").SelectMany(row => DocumentedCommands.Options(row[0])).Order(StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Except(Common), Is.EqualTo(DocumentedCommands.Options(help).Except(Common)), "the table of the document against the help of the tool");
            Assert.That(DocumentedCommands.Options(section), Is.SubsetOf(rows.Concat(Common)), "the text of the section");
        }
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Help_names_the_options_that_the_command_takes(string name)
    {
        var help = DocumentedCommands.Options((await Tool.RunAsync(name, "--help")).Output);
        foreach (var option in help)
        {
            // The operand of a flag is a source, and this one needs no network.
            var tool = await Tool.RunAsync(name, option, "type=local,src=absent");
            Assert.That(tool.Error, Does.Not.Contain("Unknown option"), option);
        }

        Assert.That((await Tool.RunAsync(name, "--unknown-option")).Error, Does.Contain("Unknown option"));
    }

    [Test]
    public async Task The_options_of_every_command_and_the_exit_codes_are_those_of_the_tool()
    {
        var help = (await Tool.RunAsync("--help")).Output;
        var common = DocumentedCommands.Options(DocumentedCommands.Section(DocumentedCommands.CommandLine, "Options of every command"));
        var all = Commands.SelectMany(name => DocumentedCommands.Options(DocumentedCommands.Section(DocumentedCommands.CommandLine, $"`{name}`"))).Concat(common);
        var codes = DocumentedCommands.Rows(DocumentedCommands.CommandLine, "Exit codes").Select(row => int.Parse(row[0]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(common, Is.EquivalentTo(Common));
            Assert.That(DocumentedCommands.Options(help).Except(["--cache-from", "--cache-to"]), Is.SubsetOf(all));
            Assert.That(codes, Is.EqualTo(Enum.GetValues<ExitCode>().Select(code => (int)code)));
        }
    }

    [Test]
    public void Every_parameter_is_taken_with_its_default()
    {
        foreach (var row in DocumentedCommands.Rows(DocumentedCommands.CommandLine, "Parameters of SOURCE and TARGET").Where(row => row[0] != "`type`"))
        {
            var value = row[2].Split(' ')[0].Trim('`');
            var field = row[0].Trim('`') + "=" + (row[0], value) switch
            {
                ("`digest`", _) => "sha256:" + new string('a', 64),
                ("`ref`", _) => "ghcr.io/acme/app:cache",
                ("`compression-level`", _) => "6",
                (_, "required") => "folder",
                _ => value,
            };
            var type = row[1].StartsWith("local", StringComparison.Ordinal) ? "local" : "registry";
            string source = type == "local" ? "src=d" : "ref=a/b", target = type == "local" ? "dest=d" : "ref=a/b";
            if (row[1].EndsWith("source", StringComparison.Ordinal) || row[1].EndsWith("both", StringComparison.Ordinal))
                Assert.That(() => CacheSource.Parse($"type={type},{source},{field}"), Throws.Nothing, field);
            if (row[1].EndsWith("target", StringComparison.Ordinal) || row[1].EndsWith("both", StringComparison.Ordinal))
                Assert.That(() => CacheTarget.Parse($"type={type},{target},{field}"), Throws.Nothing, field);
        }
    }

    /// <summary>What the documented commands need: caches in the registry and in a directory, and folders to save.</summary>
    private static async Task PrepareAsync(TestRegistry registry)
    {
        foreach (var (tag, fixture) in new[] { ("buildcache", "max-estargz"), ("main", "max-gzip"), ("pr-17", "link-max") })
            await Tool.CopyAsync($"type=local,src={FixtureLayout.Open(fixture).Directory}", $"type=registry,ref={registry.Host}/acme/app:{tag},mode=max");
        FixtureLayout.Open("max-gzip").CopyTo("cache");
        foreach (var folder in new[] { "packages", "src", "roslyn" })
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "file"), folder);
        }
    }

    private static string Here(string word, TestRegistry registry) => word.Replace("ghcr.io", registry.Host, StringComparison.Ordinal);
}
