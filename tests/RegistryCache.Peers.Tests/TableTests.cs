using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Tests;

internal sealed class TableTests
{
    private static readonly JobResult Job = new("one-pull", "pull 1 blob",
    [
        Measured("ours", Role.Ours, 2),
        Measured("fast peer", Role.Peer, 3),
        Measured("slow peer", Role.Peer, 8),
        Measured("curl", Role.Limit, 1),
        new Row("broken", Role.Peer, 0, null, null, 0, null, "no such option"),
    ]);

    [Test]
    public void RatioIsToTheFastestPeerAndNotToTheLimit()
    {
        Assert.That(Job.BestPeer!.Program, Is.EqualTo("fast peer"));
        Assert.That(Job.Rows.Take(4).Select(Job.Ratio), Is.EqualTo(new double?[] { 1.5, 1, 0.375, 3 }));
    }

    [Test]
    public void MarkdownHasARowForEachProgramThatRanAndALineForEachFailure()
    {
        var lines = Table.Markdown(Job).ReplaceLineEndings("\n").Split('\n');

        Assert.That(lines, Does.Contain("| ours | 2.00 | 1.00–3.00 | 0.50 | 3 | – | 1.50× | 5 |"));
        Assert.That(lines, Does.Contain("| curl (limit) | 1.00 | 0.00–2.00 | 0.50 | 3 | – | 3.00× | 5 |"));
        Assert.That(lines, Does.Contain("broken failed: no such option"));
    }

    [Test]
    public void ColumnsOfTextStartAtTheSamePlace()
    {
        var lines = Table.Text(Job).ReplaceLineEndings("\n").Split('\n');

        Assert.That(lines[1].IndexOf("seconds", StringComparison.Ordinal), Is.EqualTo(lines[2].IndexOf("2.00", StringComparison.Ordinal)));
    }

    private static Row Measured(string program, Role role, double seconds) =>
        new(program, role, 5, new Spread(seconds, seconds - 1, seconds + 1), new Spread(0.5, 0.5, 0.5), 3 << 20);
}
