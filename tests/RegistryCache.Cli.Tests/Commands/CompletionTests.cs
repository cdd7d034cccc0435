using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>The scripts of <c>completion</c> in the real shells.</summary>
[Category("Integration")]
[Platform("Linux", Reason = "the shells of Debian, and script of util-linux")]
internal sealed class CompletionTests
{
    private const string Ready = "ready-7";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public async Task Create()
    {
        _scratch = new ScratchDirectory();
        var program = _scratch["registry-cache"];
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec {ToolProcess.ShellCommand} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [TestCase("bash", "bash --norc --noprofile -i", "")]
    [TestCase("zsh", "zsh -f -i", "autoload -Uz compinit; compinit -D -u; ")]
    public async Task A_key_completes_commands_options_values_and_sources(string shell, string command, string before)
    {
        RealComponent.Require(shell, "eng/components.sh installs it.");
        var script = await WriteScriptAsync(shell);
        await OutsideTool.RunAsync(shell, ["-n", script]);
        using var session = ShellSession.Start(command, _scratch.Path);
        await session.TypeAsync($"{before}source '{script}'; echo ready-$((3 + 4))\n", Ready);

        await session.TypeAsync("registry-cache insp\t", "registry-cache inspect ");
        await session.TypeAsync("\u0015registry-cache copy --overs\t", "--oversize ");
        await session.TypeAsync("tr\t", "trim ");
        await session.TypeAsync("--from type=l\t", "type=local,src=");
        await session.TypeAsync("\u0015registry-cache e\t", "explain ");
        await session.TypeAsync("\u0015registry-cache completion pow\t", "powershell ");
        await session.TypeAsync("\u0015registry-cache \t\t", "completion");
    }

    [Test]
    public async Task Bash_completes_names_of_files_where_the_tool_has_no_proposal()
    {
        Directory.CreateDirectory(_scratch["folder-to-save"]);
        using var session = ShellSession.Start("bash --norc --noprofile -i", _scratch.Path);
        await session.TypeAsync($"cd '{_scratch.Path}'; source '{await WriteScriptAsync("bash")}'; echo ready-$((3 + 4))\n", Ready);

        await session.TypeAsync("registry-cache save --path fold\t", "folder-to-save/");
    }

    [TestCase("registry-cache insp", "inspect")]
    [TestCase("registry-cache copy --ov", "--oversize|--overwrite-image")]
    [TestCase("registry-cache copy --oversize ", "fail|trim|warn")]
    [TestCase("registry-cache copy --from type=l", "type=local,src=")]
    public async Task Fish_proposes_the_same(string line, string expected)
    {
        RealComponent.Require("fish", "eng/components.sh installs it.");
        var script = await WriteScriptAsync("fish");
        await OutsideTool.RunAsync("fish", ["--no-config", "-n", script]);

        var proposed = Encoding.UTF8.GetString(await OutsideTool.RunAsync(
            "env", [$"PATH={_scratch.Path}:{Environment.GetEnvironmentVariable("PATH")}", "fish", "--no-config", "-c", $"source '{script}'; complete -C '{line}'"]));

        Assert.That(proposed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('\t')[0]).Order(StringComparer.Ordinal), Is.EqualTo(expected.Split('|')));
    }

    [Test]
    public async Task PowerShell_proposes_the_same()
    {
        (string Line, string Whole)[] expected =
        [
            ("registry-cache insp", "registry-cache inspect"),
            ("registry-cache copy --ov", "registry-cache copy --oversize|registry-cache copy --overwrite-image"),
            ("registry-cache copy --oversize ", "registry-cache copy --oversize fail|registry-cache copy --oversize trim|registry-cache copy --oversize warn"),
            ("registry-cache copy --from type=l", "registry-cache copy --from type=local,src="),
            ("registry-cache copy --from type=local,", "registry-cache copy --from type=local,src="),
            ("registry-cache copy --oversize trim --from type=local,sr", "registry-cache copy --oversize trim --from type=local,src="),
            ("registry-cache save --path fold", $"registry-cache save --path .{Path.DirectorySeparatorChar}folder-to-save"),
        ];
        Directory.CreateDirectory(_scratch["folder-to-save"]);
        await WriteScriptAsync("powershell");
        File.Move(_scratch["script"], _scratch["script.ps1"]);
        await File.WriteAllTextAsync(_scratch["ask.ps1"], $$"""
            $env:PATH = '{{_scratch.Path}}' + [IO.Path]::PathSeparator + $env:PATH
            Set-Location '{{_scratch.Path}}'
            . ./script.ps1
            foreach ($line in {{string.Join(", ", expected.Select(e => $"'{e.Line}'"))}}) {
                $found = TabExpansion2 -inputScript $line -cursorColumn $line.Length
                ($found.CompletionMatches | ForEach-Object { $line.Substring(0, $found.ReplacementIndex) + $_.CompletionText }) -join '|'
            }
            """);

        var proposed = await PowerShell.RunAsync(_scratch["ask.ps1"], home: _scratch.Path);

        Assert.That(proposed.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'), Is.EqualTo(expected.Select(e => e.Whole)));
    }

    private async Task<string> WriteScriptAsync(string shell)
    {
        var tool = await Tool.RunAsync("completion", shell);
        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
        await File.WriteAllTextAsync(_scratch["script"], tool.Output);
        return _scratch["script"];
    }
}
