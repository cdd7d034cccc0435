using RegistryCache.Core.Graph;
using RegistryCache.Core.Pictures;

namespace RegistryCache;

/// <summary>A drawing of a cache: a box for each record or for several, and a line for each link. Equal caches give equal pictures. Text of
/// the cache is cleaned and escaped. Immutable.</summary>
public sealed class CachePicture
{
    private readonly PictureGraph _graph;
    private readonly CachePictureOptions _options;
    private readonly CachePictureColour _colour;
    private readonly Lazy<SvgDrawing> _drawing;

    private CachePicture(PictureGraph graph, CachePictureOptions options, CachePictureColour colour)
    {
        (_graph, _options, _colour) = (graph, options, options.Colour ?? colour);
        _drawing = new Lazy<SvgDrawing>(() => new SvgDrawing(graph));
    }

    /// <summary>The number of records, without joining records.</summary>
    public int Records => _graph.Records.Length;

    /// <summary>The number of boxes: that of the records, or less if some are drawn as one.</summary>
    public int Boxes => _graph.Boxes.Length;

    /// <summary>Draws a cache.</summary>
    /// <param name="graph">The cache.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    public static CachePicture Of(CacheGraph graph, CachePictureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new CachePictureOptions();
        return new CachePicture(
            PictureGraph.Of(graph, static _ => PictureSide.Both, options.FoldAbove), options, CachePictureColour.Age);
    }

    /// <summary>Draws two caches as one, and shows which records only one of them has. A record is in both if a look-up with the record of
    /// one cache finds it in the other.</summary>
    /// <param name="before">The first cache.</param>
    /// <param name="after">The second cache.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <exception cref="LimitExceededException">Uniting the caches took more steps than allowed
    /// (<see cref="CacheFormatLimits.MaxMergeSteps"/> by default).</exception>
    public static CachePicture OfDifference(CacheGraph before, CacheGraph after, CachePictureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        options ??= new CachePictureOptions();
        var builder = new CacheGraphBuilder();
        builder.AddGraph(before);
        builder.AddGraph(after);
        var both = builder.Build();
        var (inBefore, inAfter) = (new RecordPairs(before, both), new RecordPairs(after, both));
        return new CachePicture(PictureGraph.Of(both, SideOf, options.FoldAbove), options, CachePictureColour.Difference);

        PictureSide SideOf(CacheRecord record) => (inBefore.InFirst(record).Count > 0, inAfter.InFirst(record).Count > 0) switch
        {
            (true, false) => PictureSide.Before,
            (false, true) => PictureSide.After,
            _ => PictureSide.Both,
        };
    }

    /// <summary>The picture as a page of HTML that needs nothing else: no network, no framework. It shows details of a record, searches,
    /// and can be used with the keyboard. <c>#search=TEXT</c> at the end of its address searches at once. Its content security policy
    /// allows nothing from outside.</summary>
    public string ToHtml() => HtmlPage.Write(_graph, _drawing.Value, _options.Title, _colour);

    /// <summary>The picture as SVG.</summary>
    public string ToSvg() => _drawing.Value.Write(_options.Title, _colour, PictureResources.Drawing);

    /// <summary>The graph as text for Graphviz.</summary>
    public string ToDot() => DotText.Write(_graph, _options.Title);

    /// <summary>The graph as a flowchart of Mermaid. Programs that show Mermaid usually refuse more than 500 links or 50,000 characters;
    /// <see cref="CachePictureOptions.FoldAbove"/> makes the text smaller.</summary>
    public string ToMermaid() => MermaidText.Write(_graph);
}
