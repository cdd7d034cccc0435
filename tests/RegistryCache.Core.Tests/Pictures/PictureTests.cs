using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RegistryCache.Core.Tests.Format;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Pictures;

/// <summary>What pictures show, and what hostile names become in them.</summary>
internal sealed partial class PictureTests
{
    private const string Hostile = "</script><script>alert(1)</script>\"'--></title>&quot;]\\\"; n0 -> n0 \u202e\u0007\n\0 `${x}` #quot; %%{init} \uffff";

    private static IReadOnlyList<string> Fixtures => FixtureLayout.CacheNames;

    [TestCaseSource(nameof(Fixtures))]
    public void Every_record_and_every_pair_of_linked_records_is_drawn_once(string fixture)
    {
        var graph = FixtureGraphs.Read(fixture).Graph;
        var links = graph.Records.SelectMany(r => r.Inputs.SelectMany(i => i).Select(l => (l.Record, r))).Distinct().Count();

        var picture = CachePicture.Of(graph);

        var svg = XDocument.Parse(picture.ToSvg());
        var data = Data(picture.ToHtml());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((picture.Records, picture.Boxes), Is.EqualTo((graph.Records.Length, graph.Records.Length)));
            Assert.That((Count(svg, "box"), Count(svg, "edge")), Is.EqualTo((graph.Records.Length, links)));
            Assert.That(Lines(picture.ToDot(), "  n\\d+ \\["), Is.EqualTo(graph.Records.Length));
            Assert.That(Lines(picture.ToDot(), "  n\\d+ -> n\\d+"), Is.EqualTo(links));
            Assert.That(Lines(picture.ToMermaid(), "  n\\d+\\["), Is.EqualTo(graph.Records.Length));
            Assert.That(Lines(picture.ToMermaid(), "  n\\d+ -\\.?->? ?-?> ?n?"), Is.EqualTo(links));
            Assert.That(data["records"]!.AsArray().Select(r => (string)r!["digest"]!), Is.EquivalentTo(graph.Records.Select(r => r.Digest)));
            Assert.That(data["layers"]!.AsArray(), Has.Count.EqualTo(graph.CollectChains().Count));
        }
    }

    [Test]
    public void Equal_caches_give_equal_pictures()
    {
        var (one, two) = (CachePicture.Of(SampleGraphs.Of(150)), CachePicture.Of(SampleGraphs.Of(150)));

        Assert.That(two.ToHtml(), Is.EqualTo(one.ToHtml()));
        Assert.That((two.ToSvg(), two.ToDot(), two.ToMermaid()), Is.EqualTo((one.ToSvg(), one.ToDot(), one.ToMermaid())));
    }

    [TestCase(20)]
    [TestCase(500)]
    [TestCase(2000, Category = "Slow")]
    public void No_boxes_overlap_and_links_go_one_way(int records)
    {
        var svg = XDocument.Parse(CachePicture.Of(SampleGraphs.Of(records)).ToSvg());
        var boxes = Elements(svg, "box").Select(b => Numbers(b.Attribute("transform")!.Value)).ToList();
        var (width, height) = (Numbers(svg.Root!.Attribute("width")!.Value)[0], Numbers(svg.Root!.Attribute("height")!.Value)[0]);

        Assert.That(boxes, Has.Count.EqualTo(records));
        Assert.That(boxes.All(b => b[0] >= 0 && b[1] >= 0 && b[0] + 172 <= width && b[1] + 38 <= height), "inside the picture");
        foreach (var line in boxes.GroupBy(b => b[1]))
        {
            var sorted = line.Select(b => b[0]).Order().ToList();
            Assert.That(sorted.Zip(sorted.Skip(1)).All(p => p.Second - p.First >= 172), $"line {line.Key}");
        }

        var axis = Elements(svg, "edge").Select(e => (From: boxes[(int)e.Attribute("data-from")!], To: boxes[(int)e.Attribute("data-to")!])).ToList();
        Assert.That(axis.All(e => e.To[0] > e.From[0]) || axis.All(e => e.To[1] > e.From[1]));
    }

    [Test]
    public void Hostile_names_stay_text()
    {
        var builder = new CacheGraphBuilder();
        var source = builder.AddSource(Hostile);
        var layer = new CacheLayer(new Descriptor(Hostile, Digest.OfText("x"), 1), BlobSource.FromBytes(new byte[] { 1 }));
        builder.Add("b" + Hostile, [[(source, Hostile)]], new CacheResult(LayerChain.Of(layer), CacheTime.Zero));
        var picture = CachePicture.Of(builder.Build(), new CachePictureOptions { Title = Hostile });

        var html = picture.ToHtml();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Regex.Count(html, "<script"), Is.EqualTo(2), "the data and the code");
            Assert.That(Regex.Count(html, "</script"), Is.EqualTo(2));
            Assert.That(html, Does.Not.Contain("alert(1)<").And.Not.Contain("\u202e").And.Not.Contain("\0").And.Not.Contain("\\u202e"));
            Assert.That((string)Data(html)["records"]![0]!["digest"]!, Does.StartWith("</script><script>alert(1)"));
            Assert.That(XDocument.Parse(picture.ToSvg()).Descendants().Select(e => e.Name.LocalName), Does.Not.Contain("script"));
            Assert.That(Lines(picture.ToDot(), ""), Is.EqualTo(7), "a name starts no line");
            Assert.That(DotStrings().Replace(picture.ToDot(), "").Where(c => c is '"' or '\\'), Is.Empty);
            Assert.That(Lines(picture.ToMermaid(), ""), Is.EqualTo(7));
            Assert.That(MermaidTexts().Replace(picture.ToMermaid(), ""), Does.Not.Contain("\"").And.Not.Contain("alert"));
        }
    }

    [Test]
    public void A_difference_shows_which_records_only_one_cache_has()
    {
        var picture = CachePicture.OfDifference(Divergence.BuildGraphs.Build(), Divergence.BuildGraphs.Build(source: "changed"));

        var svg = XDocument.Parse(picture.ToSvg());
        List<string> classes = [.. Elements(svg, "box").SelectMany(b => b.Attribute("class")!.Value.Split(' '))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(picture.Records, Is.EqualTo(14));
            Assert.That((classes.Count(c => c == "before"), classes.Count(c => c == "after")), Is.EqualTo((4, 4)));
            Assert.That(svg.Descendants().Select(e => e.Value), Has.Some.StartsWith("− ").And.Some.StartsWith("+ "));
            Assert.That(picture.ToHtml(), Does.Contain("<option value=\"difference\" selected>"));
            Assert.That(Data(picture.ToHtml())["boxes"]!.AsArray().Count(b => (string?)b!["side"] == "after"), Is.EqualTo(4));
            Assert.That((Lines(picture.ToDot(), ".*#bcd9f7\"]"), Lines(picture.ToMermaid(), ".*:::before")), Is.EqualTo((4, 4)));
        }
    }

    [Test]
    public void The_page_allows_nothing_from_outside_and_names_no_address()
    {
        var html = CachePicture.Of(SampleGraphs.Of(20)).ToHtml();

        Assert.That(html, Does.Contain("content=\"default-src 'none'; script-src 'sha256-"));
        Assert.That(html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), Does.Not.Contain("http:").And.Not.Contain("https:")
            .And.Not.Contain("url(").And.Not.Contain("@import").And.Not.Contain(" src=").And.Not.Contain("innerHTML"));
    }

    [Test]
    public void A_long_run_a_star_and_sources_of_one_record_fold()
    {
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(SampleGraphs.Name("root"));
        var last = root;
        for (var i = 0; i < 50; i++)
            last = builder.Add(SampleGraphs.Name($"run {i}"), [[(last, "")], [(builder.AddSource(SampleGraphs.Name($"content {i}")), "")]]);
        for (var i = 0; i < 50; i++)
            builder.Add(SampleGraphs.Name($"star {i}"), [[(root, $"key-{i}")]]);
        var graph = builder.Build();

        var folded = CachePicture.Of(graph, new CachePictureOptions { FoldAbove = 150 });
        var whole = CachePicture.Of(graph, new CachePictureOptions { FoldAbove = 151 });

        Assert.That((whole.Records, whole.Boxes), Is.EqualTo((151, 151)));
        Assert.That(folded.Boxes, Is.EqualTo(101), "each source is drawn in its record");
        Assert.That(CachePicture.Of(graph, new CachePictureOptions { FoldAbove = 100 }).Boxes, Is.EqualTo(52), "the run is one box too");
        Assert.That(CachePicture.Of(graph, new CachePictureOptions { FoldAbove = 10 }).Boxes, Is.EqualTo(2), "and so is all that ends in the root");
        Assert.That(Data(folded.ToHtml())["records"]!.AsArray(), Has.Count.EqualTo(151), "search finds what is folded");
        Assert.That(whole.ToMermaid(), Does.Contain("key-7"), "a selector that is a text is the name");
    }

    [TestCase(20_000)]
    [Category("Slow")]
    public void Twenty_thousand_records_fold(int records)
    {
        var picture = CachePicture.Of(SampleGraphs.Of(records));

        Assert.That((picture.Records, picture.Boxes), Is.EqualTo((records, picture.Boxes)));
        Assert.That(picture.Boxes, Is.LessThanOrEqualTo(5000));
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{picture.Boxes} boxes, {picture.ToHtml().Length} characters of HTML"));
    }

    [Test]
    public void An_empty_cache_gives_an_empty_picture()
    {
        var picture = CachePicture.Of(CacheGraph.Empty);

        Assert.That((picture.Records, picture.Boxes), Is.EqualTo((0, 0)));
        Assert.That(() => XDocument.Parse(picture.ToSvg()), Throws.Nothing);
        Assert.That(picture.ToHtml(), Does.Contain("0 records"));
    }

    [Test]
    public void A_chain_of_ten_thousand_records_needs_no_deep_stack()
    {
        var builder = new CacheGraphBuilder();
        var node = builder.AddSource("root");
        for (var i = 0; i < 10_000; i++)
            node = builder.Add(string.Create(CultureInfo.InvariantCulture, $"r{i}"), [[(node, "")]]);

        Assert.That(CachePicture.Of(builder.Build()).Boxes, Is.EqualTo(1));
    }

    private static JsonNode Data(string html) => JsonNode.Parse(DataElement().Match(html).Groups[1].Value)!;

    private static int Count(XDocument svg, string name) => Elements(svg, name).Count();

    private static IEnumerable<XElement> Elements(XDocument svg, string name) =>
        svg.Descendants().Where(e => e.Attribute("class")?.Value.Split(' ')[0] == name);

    private static int Lines(string text, string pattern) => text.Split('\n').Count(l => l.Length > 0 && Regex.IsMatch(l, "^" + pattern));

    private static List<int> Numbers(string text) => [.. Number().Matches(text).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex("<script id=\"data\" type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataElement();

    [GeneratedRegex("-?\\d+")]
    private static partial Regex Number();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex DotStrings();

    [GeneratedRegex("\\[\"[^\"]*\"\\]")]
    private static partial Regex MermaidTexts();
}
