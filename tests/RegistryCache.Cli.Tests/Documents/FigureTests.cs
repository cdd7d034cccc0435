using System.Text.RegularExpressions;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>The figures of the README are those of the page that says how they were measured.</summary>
internal sealed partial class FigureTests
{
    [Test]
    public void Every_figure_of_the_README_was_measured()
    {
        var rows = Document.Read("README.md").Text.Split("## How fast it is")[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));
        var figures = rows.SelectMany(row => Figure().Matches(row)).Select(figure => figure.Value).ToList();
        var measured = Figure().Matches(Document.Read("docs/performance.md").Text).Select(figure => figure.Value).ToHashSet();

        Assert.That(figures, Has.Count.GreaterThan(10));
        Assert.That(figures.Where(figure => !measured.Contains(figure)), Is.Empty);
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex Figure();
}
