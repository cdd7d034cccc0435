using System.Text;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>What people and scripts see of <c>graph</c>.</summary>
internal sealed class GraphCommandTests
{
    private static readonly string Cache = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [TestCase("x.html", "<!doctype html>")]
    [TestCase("x.svg", "<svg ")]
    [TestCase("x.dot", "digraph ")]
    [TestCase("x.mmd", "flowchart ")]
    [TestCase("x.txt", "digraph ", "--as", "dot")]
    public async Task The_ending_or_an_option_says_what_is_written(string name, string start, params string[] options)
    {
        var tool = await Tool.RunAsync(["graph", Cache, "-o", _scratch[name], .. options]);

        Assert.That((tool.ExitCode, tool.Error), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(tool.Output, Does.Contain($"{name}: 15 records"));
        Assert.That(await File.ReadAllTextAsync(_scratch[name]), Does.StartWith(start));
        Assert.That(Directory.GetFileSystemEntries(_scratch.Path), Has.Length.EqualTo(1), "nothing unfinished stays");
    }

    [Test]
    public async Task Json_says_what_was_drawn()
    {
        var json = await Tool.JsonAsync("graph", Cache, "--output", _scratch["x.svg"], "--fold-above", "5");
        var documented = DocumentedCommands.Rows(DocumentedCommands.CommandLine, "`graph`").Where(row => row.Length == 2).Select(row => row[0].Trim('`'));

        Assert.That(json.EnumerateObject().Select(m => m.Name), Is.EqualTo(documented));
        Assert.That((json.GetProperty("as").GetString(), json.GetProperty("records").GetInt32()), Is.EqualTo(("svg", 15)));
        Assert.That(json.GetProperty("boxes").GetInt32(), Is.LessThan(15));
    }

    [Test]
    public async Task Two_caches_are_drawn_as_a_difference()
    {
        var parted = FixtureLayout.Open("parted").Directory;

        var tool = await Tool.RunAsync(
            "graph", $"type=local,src={parted},tag=before", "--compare", $"type=local,src={parted},tag=argument", "-o", _scratch["x.html"]);

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
        Assert.That(await File.ReadAllTextAsync(_scratch["x.html"]), Does.Contain("\"side\":\"before\"").And.Contain("\"side\":\"after\""));
    }

    [Test]
    public async Task Without_a_file_the_picture_goes_to_standard_output()
    {
        using var bytes = new MemoryStream();
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error, showsProgress: false, TimeProvider.System, bytes);

        var code = await new CommandLine(terminal).RunAsync(["graph", Cache, "--as", "mermaid"], CancellationToken.None);

        Assert.That((code, output.ToString(), error.ToString()), Is.EqualTo((ExitCode.Done, "", "")));
        Assert.That(Encoding.UTF8.GetString(bytes.ToArray()), Does.StartWith("flowchart "));
    }

    [TestCase("ending of ", "-o", "picture.png")]
    [TestCase("--format json needs --output FILE", "--format", "json")]
    [TestCase("--as must be auto or html or svg or dot or mermaid, not 'png'.", "--as", "png")]
    public async Task Wrong_usage_is_named(string message, params string[] options)
    {
        var tool = await Tool.RunAsync(["graph", Cache, .. options]);

        Assert.That((tool.ExitCode, tool.Error), Is.EqualTo((ExitCode.WrongUsage, tool.Error)));
        Assert.That(tool.Error, Does.Contain(message));
    }

    [Test]
    public async Task Where_nothing_can_be_drawn_no_file_is_written()
    {
        var miss = await Tool.RunAsync("graph", $"type=local,src={_scratch["none"]}", "-o", _scratch["x.html"]);
        var nowhere = await Tool.RunAsync("graph", Cache, "-o", Path.Combine(_scratch["no-directory"], "x.html"));

        Assert.That((miss.ExitCode, nowhere.ExitCode), Is.EqualTo((ExitCode.Miss, ExitCode.Failed)), miss.Error + nowhere.Error);
        Assert.That(nowhere.Error, Does.Match("^error RC\\d+: '.*no-directory.x.html' cannot be written. Its folder does not exist."));
        Assert.That(Directory.GetFileSystemEntries(_scratch.Path), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    public async Task A_device_is_written_to_and_the_RAM_disk_has_ordinary_files()
    {
        var device = await Tool.RunAsync("graph", Cache, "-o", "/dev/null", "--as", "dot");
        var nowhere = await Tool.RunAsync("graph", Cache, "-o", $"/dev/shm/{Guid.NewGuid():N}/x.html");
        var noDevice = await Tool.RunAsync("graph", Cache, "-o", $"/dev/{Guid.NewGuid():N}/x.html");

        Assert.That(device.ExitCode, Is.EqualTo(ExitCode.Done), device.Error);
        Assert.That(nowhere.Error, Does.EndWith("cannot be written. Its folder does not exist.\n"));
        Assert.That(noDevice.Error, Does.EndWith("cannot be written. Its folder does not exist.\n"));
    }
}
