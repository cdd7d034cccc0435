using System.CommandLine;
using System.Text.RegularExpressions;
using RegistryCache.Cli.Options;
using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>What every command does alike: its help, and how it ends on wrong input, without a cache, and on damage.</summary>
internal sealed class EveryCommandTests
{
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private string Absent => $"type=local,src={_scratch["none"]}";

    [TestCaseSource(typeof(Examples), nameof(Examples.Commands))]
    public async Task Help_names_each_option_with_what_it_does_and_its_default(string command)
    {
        var help = await Tool.RunAsync(command, "--help");
        var text = Regex.Replace(help.Output, @"\s+", " ");

        Assert.That((help.ExitCode, help.Error), Is.EqualTo((ExitCode.Done, "")));
        foreach (var option in OptionsOf(command))
        {
            var names = string.Join(", ", [option.Name, .. option.Aliases.Order(StringComparer.Ordinal)]);
            var value = option.HelpName is { } name ? " " + name : "";
            var repeats = option is IValueOption { IsRepeatable: true } ? ". Can be repeated" : "";
            var given = option is IValueOption { Default: { } standard } ? $" [default: {standard}]" : option.Required ? " [required]" : "";
            Assert.That(text, Does.Contain($" {names}{value} {option.Description}{repeats}{given}"));
        }
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Commands))]
    public async Task What_is_missing_too_much_or_unknown_is_wrong_usage(string command)
    {
        var whole = Examples.Of(command, Absent, _scratch.Path);
        foreach (var args in (string[][])[[command], [.. whole, "one", "too-many"], [.. whole, "--no-such-option"], [.. whole, "--format"], [.. whole, "--quiet", "--debug"]])
        {
            var tool = await Tool.RunAsync(args);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(((int)tool.ExitCode, tool.Output), Is.EqualTo((2, "")), string.Join(' ', args));
                Assert.That(tool.Error, Does.StartWith("error: ").And.Contain($"usage: registry-cache {command} "));
            }
        }

        AssertNothingWasDone();
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Commands))]
    public async Task A_value_that_an_option_does_not_know_is_named_with_the_option(string command)
    {
        var whole = Examples.Of(command, Absent, _scratch.Path);
        foreach (var option in OptionsOf(command).Where(o => o is IValueOption and not (TextOption or ListOption)))
        {
            foreach (var value in (string[])["-7", "x!", "99999999999999999999", ""])
            {
                var tool = await Tool.RunAsync([.. whole.Where((_, i) => !IsGiven(whole, i, option)), $"{option.Name}={value}"]);
                using (Assert.EnterMultipleScope())
                {
                    Assert.That(((int)tool.ExitCode, tool.Output), Is.EqualTo((2, "")), $"{option.Name}={value}");
                    Assert.That(tool.Error, Does.StartWith($"error: {option.Name} "), value);
                }
            }
        }

        AssertNothingWasDone();
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Readers))]
    public async Task A_wrong_source_is_wrong_usage(string command)
    {
        foreach (var source in (string[])["type=local", "type=registry,ref=host/UPPER", "type=nothing,src=x", "type=local,src=x,sorce=y", "type=local,src=x,digest=sha256:12", ""])
        {
            var tool = await Tool.RunAsync(Examples.Of(command, source, _scratch.Path));
            Assert.That(((int)tool.ExitCode, tool.Output), Is.EqualTo((2, "")), $"{source}: {tool.Error}");
            Assert.That(tool.Error, Does.StartWith("error"), source);
        }

        AssertNothingWasDone();
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Readers))]
    public async Task Without_a_cache_the_exit_code_is_3_and_nothing_is_written(string command)
    {
        var tool = await Tool.RunAsync(Examples.Of(command, Absent, _scratch.Path));

        Assert.That((int)tool.ExitCode, Is.EqualTo(3), tool.Error);
        Assert.That(tool.Error, Does.Contain(_scratch["none"]));
        AssertNothingWasDone();
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Readers))]
    [Category("Integration")]
    public async Task A_registry_that_refuses_is_an_error_with_its_code(string command)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Faults.Add("*", RequestKind.Any, RegistryFault.Status(403, code: "DENIED"), count: 1000);

        var tool = await Tool.RunAsync(Examples.Of(command, $"type=registry,ref={registry.Host}/a/b:t", _scratch.Path));

        Assert.That(((int)tool.ExitCode, tool.Output), Is.EqualTo((1, "")), tool.Error);
        Assert.That(tool.Error, Does.Match("error RC\\d{4}"));
        AssertNothingWasDone();
    }

    [TestCaseSource(typeof(Examples), nameof(Examples.Readers))]
    public async Task A_damaged_cache_is_named_and_stays_as_it_is(string command)
    {
        var directory = FixtureLayout.Open("max-gzip").CopyTo(_scratch["cache"]);
        await File.WriteAllTextAsync(Path.Combine(directory, "blobs", Layout.Config(directory).Replace(':', Path.DirectorySeparatorChar)), "{}");
        var before = Layout.Snapshot(directory);

        var tool = await Tool.RunAsync(Examples.Of(command, $"type=local,src={directory}", _scratch.Path));

        // Removing a tag needs no config, and pruning all tags passes over those that it cannot read.
        var expected = command switch { "verify" => 4, "rm" or "prune" => 0, _ => 1 };
        Assert.That((int)tool.ExitCode, Is.EqualTo(expected), tool.Error + tool.Output);
        if (command != "rm")
            Assert.That(Layout.Snapshot(directory), Is.EqualTo(before));
        Assert.That(Directory.GetFileSystemEntries(_scratch.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "cache" }));
    }

    private static IEnumerable<Option> OptionsOf(string command)
    {
        var root = new ToolRoot();
        return root.Subcommands.Single(c => c.Name == command).Options.Concat(root.Options.Where(o => o.Recursive));
    }

    /// <summary>Whether a word of an example is the option or its value.</summary>
    private static bool IsGiven(string[] words, int at, Option option) => words[at] == option.Name || (at > 0 && words[at - 1] == option.Name);

    private void AssertNothingWasDone() => Assert.That(Directory.GetFileSystemEntries(_scratch.Path), Is.Empty);
}
