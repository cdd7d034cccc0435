using Microsoft.Extensions.Time.Testing;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>What is seen of the progress of a long work.</summary>
internal sealed class ProgressTests
{
    private const string Clear = "\r\u001b[2K";
    private const long Megabyte = 1_000_000;

    private readonly FakeTimeProvider _time = new();
    private StringWriter _error = null!;

    [SetUp]
    public void Create() => _error = new StringWriter { NewLine = "\n" };

    [TearDown]
    public void Remove() => _error.Dispose();

    [Test]
    public void A_terminal_shows_one_line_with_total_rate_and_remaining_time()
    {
        var line = Line(isTerminal: true);
        line.Report(Sent(0));
        Assert.That(Take(), Is.EqualTo($"{Clear}0 B of 100 MB sent"));
        _time.Advance(TimeSpan.FromSeconds(2));
        line.Report(Sent(20));
        Assert.That(Take(), Is.EqualTo($"{Clear}20.0 MB of 100 MB sent, 20 %, 10.0 MB/s, 8 s left"));
        _time.Advance(TimeSpan.FromSeconds(20));
        line.Report(Sent(40));
        _error.GetStringBuilder().Clear();
        _time.Advance(TimeSpan.FromSeconds(10));
        line.Report(Sent(50));
        Assert.That(Take(), Is.EqualTo($"{Clear}50.0 MB of 100 MB sent, 50 %, 1.0 MB/s, 50 s left"), "the rate of the last ten seconds");
        line.Report(Sent(100) with { IsDone = true });
        Assert.That(Take(), Is.EqualTo($"{Clear}100 MB sent"));
    }

    [Test]
    public async Task Explain_shows_how_far_caches_and_layers_are_read()
    {
        var parted = Fixtures.FixtureLayout.Open("parted").Directory;
        await using var output = new StringWriter();
        var terminal = new Terminal(output, _error, showsProgress: true, TimeProvider.System, Stream.Null);

        var code = await new CommandLine(terminal).RunAsync(
            ["explain", $"type=local,src={parted},tag=before", $"type=local,src={parted},tag=file"], CancellationToken.None);

        Assert.That(code, Is.EqualTo(ExitCode.Done), _error.ToString());
        Assert.That(_error.ToString(), Does.Contain("of manifests read").And.Contain("examined").And.EndWith(Clear));
    }

    [TestCase("diff", "SOURCE", "SOURCE")]
    [TestCase("ls", "SOURCE")]
    [TestCase("save", "--key", "k", "--path", "FOLDER", "--to", "TARGET", "--overwrite-image")]
    public async Task The_reading_of_caches_is_shown(params string[] args)
    {
        using var scratch = new Fixtures.ScratchDirectory();
        var cache = Fixtures.FixtureLayout.Open("max-gzip").CopyTo(scratch["cache"]);
        Directory.CreateDirectory(scratch["folder"]);

        var tool = await Tool.RunAsync(showsProgress: true, [.. args.Select(a => a switch
        {
            "SOURCE" => $"type=local,src={cache}",
            "TARGET" => $"type=local,dest={cache}",
            "FOLDER" => scratch["folder"],
            _ => a,
        })]);

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
        Assert.That(tool.Error, Does.Contain("of manifests read").And.EndWith(Clear));
    }

    [Test]
    public void Phases_that_run_side_by_side_share_the_line()
    {
        var line = Line(isTerminal: true);
        line.Report(new CacheProgress(CachePhase.Compressing, "a", Megabyte, BytesTotal: null));
        line.Report(Sent(10));

        Assert.That(Take(), Does.EndWith($"{Clear}1.0 MB compressed; 10.0 MB of 100 MB sent"));
        line.Report(new CacheProgress(CachePhase.Compressing, "", 2 * Megabyte, 2 * Megabyte) { IsDone = true });
        line.Report(Sent(20));
        Assert.That(Take(), Does.EndWith($"{Clear}20.0 MB of 100 MB sent"));
    }

    [TestCase(40, "20.0 MB of 100 MB sent, 20 %, 10.0 MB/s")]
    [TestCase(10, "20.0 MB o")]
    [TestCase(1, "")]
    public void A_line_never_wraps(int columns, string shown)
    {
        var line = Line(isTerminal: true, columns);
        line.Report(Sent(0));
        _time.Advance(TimeSpan.FromSeconds(2));
        Take();
        line.Report(Sent(20));

        Assert.That(Take(), Is.EqualTo(Clear + (shown.Length < columns ? shown : shown[..(columns - 1)])));
    }

    [Test]
    public void Without_a_terminal_there_is_a_plain_line_every_ten_seconds()
    {
        var line = Line(isTerminal: false);
        line.Report(Sent(0));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        line.Report(Sent(10));
        Assert.That(Take(), Is.Empty, "a short work says nothing");
        _time.Advance(TimeSpan.FromSeconds(0.1));
        line.Report(Sent(20));
        Assert.That(Take(), Is.EqualTo("20.0 MB of 100 MB sent, 20 %, 2.0 MB/s, 40 s left\n"));
        _time.Advance(TimeSpan.FromSeconds(5));
        line.Report(Sent(30));
        Assert.That(Take(), Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(5));
        line.Report(Sent(40));
        Assert.That(Take(), Does.StartWith("40.0 MB of 100 MB sent").And.Not.Contain("\u001b").And.EndWith("\n"));
    }

    [Test]
    public void A_note_takes_the_place_of_the_line_and_the_end_removes_it()
    {
        var terminal = Terminal(isTerminal: true, columns: null);
        var line = new ProgressLine(terminal);
        line.Report(Sent(10));
        terminal.Note("warning: something");
        Assert.That(Take(), Is.EqualTo($"{Clear}10.0 MB of 100 MB sent{Clear}warning: something\n"));
        line.Report(Sent(20));
        terminal.EndProgress();
        terminal.EndProgress();
        Assert.That(Take(), Is.EqualTo($"{Clear}20.0 MB of 100 MB sent{Clear}"));
    }

    [Test]
    public void Every_phase_has_a_word()
    {
        var words = Enum.GetValues<CachePhase>().Select(phase =>
        {
            Line(isTerminal: true).Report(new CacheProgress(phase, "", 1, null));
            return Take();
        });

        Assert.That(words, Is.Unique);
    }

    [Test]
    public void Several_operations_are_shown_as_one()
    {
        var line = new SummedProgress(Line(isTerminal: true), total: 100 * Megabyte);
        line.Report(new CacheProgress(CachePhase.Examining, "", 40 * Megabyte, 40 * Megabyte) { IsDone = true });
        Take();
        line.Report(new CacheProgress(CachePhase.Examining, "a", 10 * Megabyte, 60 * Megabyte));

        Assert.That(Take(), Is.EqualTo($"{Clear}50.0 MB of 100 MB examined"));
    }

    private static CacheProgress Sent(int megabytes) => new(CachePhase.Sending, "blob", megabytes * Megabyte, 100 * Megabyte);

    private ProgressLine Line(bool isTerminal, int? columns = null) => new(Terminal(isTerminal, columns));

    private Terminal Terminal(bool isTerminal, int? columns) => new(TextWriter.Null, _error, isTerminal, _time) { ErrorWidth = columns };

    private string Take()
    {
        var text = _error.ToString();
        _error.GetStringBuilder().Clear();
        return text;
    }
}
