using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Core.Tests.Pictures;

/// <summary>Pictures as text, read by those who draw them: DOT by the real Graphviz, Mermaid by its grammar.</summary>
internal sealed partial class TextPictureTests
{
    // Each means something to Graphviz or to Mermaid.
    private static readonly string[] Names = ["&lt;b&gt;", "\\N \\G", "\"];x->y", "<B>bold</B>", "#quot;", "]:::after", "%% x", "`code`"];

    private static IEnumerable<CachePicture> Pictures() =>
    [
        CachePicture.Of(CacheGraph.Empty),
        CachePicture.Of(SampleGraphs.Of(20)),
        CachePicture.Of(SampleGraphs.Of(500)),
        CachePicture.Of(SampleGraphs.Of(3000), new CachePictureOptions { FoldAbove = 100 }),
        CachePicture.OfDifference(Divergence.BuildGraphs.Build(), Divergence.BuildGraphs.Build(source: "changed")),
        OfNames(),
    ];

    [TestCaseSource(nameof(Pictures))]
    [Category("Integration")]
    public async Task Graphviz_draws_every_box_and_link(CachePicture picture)
    {
        var dot = picture.ToDot();
        var svg = XDocument.Parse(await DrawAsync(dot, "-Tsvg"));

        Assert.That(Drawn(svg, "node"), Has.Count.EqualTo(picture.Boxes));
        Assert.That(Drawn(svg, "edge"), Has.Count.EqualTo(Regex.Count(dot, "^  n\\d+ -> ", RegexOptions.Multiline)));
    }

    [Test]
    [Category("Integration")]
    public async Task Graphviz_shows_names_as_they_are()
    {
        var svg = XDocument.Parse(await DrawAsync(OfNames().ToDot(), "-Tsvg"));
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Replace('\u00a0', ' ')).ToList();

        foreach (var name in Names)
            Assert.That(texts, Has.Some.Contains(name));
        Assert.That(svg.Descendants().Select(e => e.Name.LocalName), Does.Not.Contain("image").And.Not.Contain("a"));
    }

    /// <summary>Each line is a statement of the grammar, and a link names boxes that are there.</summary>
    [TestCaseSource(nameof(Pictures))]
    public void Mermaid_is_a_flowchart_of_boxes_links_and_classes(CachePicture picture)
    {
        var lines = picture.ToMermaid().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var boxes = lines.Select(l => Box().Match(l)).Where(m => m.Success).ToList();
        var links = lines.Select(l => Link().Match(l)).Where(m => m.Success).ToList();
        var classes = lines.Select(l => Class().Match(l)).Where(m => m.Success).ToList();
        List<string> ids = [.. boxes.Select(b => b.Groups["id"].Value)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo("flowchart TB"));
            Assert.That(boxes.Count + links.Count + classes.Count, Is.EqualTo(lines.Length - 1), "another kind of line");
            Assert.That(ids, Is.Unique.And.Count.EqualTo(picture.Boxes));
            Assert.That(links.SelectMany(l => (string[])[l.Groups["from"].Value, l.Groups["to"].Value]).Distinct(), Is.SubsetOf(ids));
            Assert.That(boxes.Select(b => b.Groups["class"].Value).Where(c => c.Length > 0).Distinct(), Is.SubsetOf(classes.Select(c => c.Groups["name"].Value)));
        }
    }

    private static CachePicture OfNames()
    {
        var builder = new CacheGraphBuilder();
        foreach (var name in Names)
            builder.AddSource(name);
        return CachePicture.Of(builder.Build(), new CachePictureOptions { Title = string.Concat(Names) });
    }

    private static async Task<string> DrawAsync(string dot, string form)
    {
        RealComponent.Require("dot", "eng/components.sh installs Graphviz.");
        return Encoding.UTF8.GetString(await OutsideTool.RunAsync("dot", [form], Encoding.UTF8.GetBytes(dot)));
    }

    private static List<XElement> Drawn(XDocument svg, string what) => [.. svg.Descendants().Where(e => (string?)e.Attribute("class") == what)];

    // Mermaid's flow.jison: a quoted text ends at a quote; # starts the number of a character; <br/> is a line break.
    [GeneratedRegex("^  (?<id>n\\d+)\\[\"(?:[A-Za-z0-9 .:+·-]|#\\d+;|<br/>)*\"\\](?::::(?<class>[a-z]+))?$")]
    private static partial Regex Box();

    [GeneratedRegex("^  (?<from>n\\d+) (?:-->|-\\.->) (?<to>n\\d+)$")]
    private static partial Regex Link();

    [GeneratedRegex("^  classDef (?<name>[a-z]+) [a-z-]+:[#a-z0-9 ]+(?:,[a-z-]+:[#a-z0-9 ]+)*$")]
    private static partial Regex Class();
}
