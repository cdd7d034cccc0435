using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>How much the tool says, and in which colours.</summary>
internal sealed class OutputOptionTests
{
    private const string Escape = "\u001b[";
    private static readonly string MaxGzip = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private string Target => $"type=local,dest={_scratch["cache"]}";

    private string Cache => $"type=local,src={_scratch["cache"]}";

    [Test]
    public async Task Quiet_leaves_out_reports_notes_and_progress_but_no_answers_no_warnings_and_no_errors()
    {
        Directory.CreateDirectory(_scratch["in/inner"]);
        File.CreateSymbolicLink(_scratch["in/link"], "/elsewhere");
        string[] save = ["save", "--key", "k", "--path", _scratch["in"], "--to", Target];
        var loud = await Tool.RunAsync(showsProgress: true, save);
        Assert.That((loud.Output, loud.Error), Is.Not.EqualTo(("", "")));
        Assert.That(loud.Error, Does.Contain("note: links that lead out").And.Contain("\r"));

        foreach (var args in (string[][])
            [save, ["copy", "--from", MaxGzip, "--to", Target + ",tag=copy"], ["restore", "--key", "k", "--from", Cache, "--into", _scratch["into"]]])
        {
            var quiet = await Tool.RunAsync(showsProgress: true, [.. args, "--quiet"]);
            Assert.That((quiet.ExitCode, quiet.Output, quiet.Error), Is.EqualTo((ExitCode.Done, "", "")), args[0]);
        }

        Assert.That((await Tool.RunAsync("ls", Cache, "-q")).Output, Does.Contain("TAG").And.Contain("copy"), "the answer of a question");
        Assert.That((await Tool.RunAsync([.. save, "--quiet", "--format", "json"])).Output, Does.Contain("\"outcome\": \"unchanged\""));
        Assert.That((await Tool.RunAsync("inspect", Cache + ",tag=none", "-q")).Error, Does.Contain("no cache"));
        Assert.That((await Tool.RunAsync("inspect", "type=local,src=a,srx=b", "-q")).Error, Does.StartWith("error RC"));
        var warned = await Tool.RunAsync("prune", Cache, "--key", "k", "--dry-run", "-q");
        Assert.That(warned.Error, Does.Contain("warning: "));
    }

    [Test]
    public async Task Verbose_shows_what_is_done_and_debug_each_request()
    {
        await using var registry = await TestRegistry.StartAsync();
        string[] copy = ["copy", "--from", MaxGzip, "--to", $"type=registry,ref={registry.Host}/a/b:t"];

        var plain = await Tool.RunAsync(copy);
        var verbose = await Tool.RunAsync([.. copy, "--verbose"]);
        var requests = registry.Requests.Count;
        var debug = await Tool.RunAsync([.. copy, "--debug"]);
        var made = registry.Requests.Skip(requests).ToList();

        Assert.That(plain.Error, Is.Empty);
        Assert.That(verbose.Error, Does.Contain("info: ").And.Not.Contain("debug: "));
        Assert.That(debug.Error, Does.Contain("info: ").And.Contain("debug: "));
        Assert.That(made, Is.Not.Empty);
        foreach (var request in made)
            Assert.That(debug.Error, Does.Contain($"{request.Method} http://{registry.Host}{request.Target.Split('?')[0]}"));
    }

    /// <summary>A password, tokens, signed URLs and cookies pass through the process. Nothing of them is shown.</summary>
    [Test]
    [Category("Integration")]
    public async Task Debug_shows_no_secret([Values(RegistryAuthenticationKind.Basic, RegistryAuthenticationKind.Bearer)] RegistryAuthenticationKind auth)
    {
        await using var registry = await TestRegistry.StartAsync();
        await Tool.CopyAsync(MaxGzip, $"type=registry,ref={registry.Host}/acme/app:cache");
        var quirks = new RegistryQuirks { RedirectsBlobs = true, IssuesRefreshTokens = true, SetsCookies = true };
        registry.Reset(new TestRegistryOptions { Authentication = TestAccount.Of(auth), Quirks = quirks }, keepContent: true);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestAccount.User}:{TestAccount.Password}"));
        var environment = new Dictionary<string, string?> { ["DOCKER_AUTH_CONFIG"] = $$"""{"auths": {"{{registry.Host}}": {"auth": "{{login}}"} } }""" };
        var source = $"type=registry,ref={registry.Host}/acme/app:cache";
        foreach (var args in (string[][])
            [
                ["verify", source, "--thorough"],
                ["copy", "--from", source, "--to", $"type=registry,ref={registry.Host}/acme/other:cache,compression=zstd,force-compression=true"],
            ])
        {
            var before = registry.Requests.Count;
            using var tool = ToolProcess.Start(environment, [.. args, "--debug"]);
            var (exitCode, text) = await tool.EndAsync();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(exitCode, Is.Zero, text);
                Assert.That(text, Does.Contain("debug: ").And.Not.Contain(TestRegistry.SecretMark).And.Not.Contain(login).And.Not.Match("X-Sig=(?!REDACTED)"));
                foreach (var sent in registry.Requests.Skip(before).SelectMany(r => r.Headers).Where(h => h.Key == "Authorization").Select(h => h.Value.Split(' ')[1]).Distinct())
                    Assert.That(text, Does.Not.Contain(sent));
            }
        }

        Assert.That(registry.Requests.Any(r => r.Headers.ContainsKey("Authorization")), "credentials were sent");
        Assert.That(registry.Leaks, Is.Empty);
    }

    [TestCase("always", false, true)]
    [TestCase("auto", true, true)]
    [TestCase("auto", false, false)]
    [TestCase("never", true, false)]
    public async Task Colours_are_where_they_are_wanted(string color, bool terminalShowsThem, bool expected)
    {
        await Tool.CopyAsync(MaxGzip, Target);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error, showsProgress: false, TimeProvider.System) { ColorsOutput = terminalShowsThem, ColorsError = terminalShowsThem };

        await new CommandLine(terminal).RunAsync(["ls", Cache, "--color", color], CancellationToken.None);
        await new CommandLine(terminal).RunAsync(["inspect", "type=local,src=a,srx=b", "--color", color], CancellationToken.None);
        await new CommandLine(terminal).RunAsync(["ls", Cache, "--format", "json", "--color", color], CancellationToken.None);

        Assert.That(output.ToString(), expected ? Does.StartWith($"{Escape}1m") : Does.Not.Contain(Escape));
        Assert.That(error.ToString(), expected ? Does.Contain($"{Escape}31merror{Escape}0m") : Does.Not.Contain(Escape));
        Assert.That(output.ToString()[output.ToString().IndexOf('{', StringComparison.Ordinal)..], Does.Not.Contain(Escape), "JSON has no colours");
    }

    /// <summary>On a real terminal, which <c>script</c> gives.</summary>
    [TestCase("xterm", null, true)]
    [TestCase("xterm", "", true)]
    [TestCase("xterm", "1", false)]
    [TestCase("dumb", null, false)]
    [Category("Integration")]
    [Platform("Linux", Reason = "script of util-linux")]
    public async Task NO_COLOR_and_TERM_turn_colours_off_on_a_terminal(string term, string? noColor, bool expected)
    {
        await Tool.CopyAsync(MaxGzip, Target);
        var variables = noColor is null ? "env -u NO_COLOR" : $"env NO_COLOR={noColor}";

        var shown = Encoding.UTF8.GetString(await OutsideTool.RunAsync(
            "script", ["-qec", $"{variables} TERM={term} {ToolProcess.ShellCommand} ls '{Cache}'", "/dev/null"]));

        Assert.That(shown, Does.Contain("latest"));
        Assert.That(shown.Contains($"{Escape}1m", StringComparison.Ordinal), Is.EqualTo(expected), shown);
    }
}
