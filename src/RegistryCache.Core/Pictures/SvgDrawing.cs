using System.Globalization;
using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>Writes the boxes and lines as SVG. The page contains the same drawing.</summary>
internal sealed class SvgDrawing
{
    private readonly PictureGraph _graph;
    private readonly PictureLayout _layout;
    private readonly ColourScale _ages;
    private readonly ColourScale _sizes;

    public SvgDrawing(PictureGraph graph)
    {
        _graph = graph;
        _layout = PictureLayout.Of(graph.Boxes);
        _ages = new ColourScale(graph.Boxes.Where(b => b.CreatedAt is not null).Select(b => (double)b.CreatedAt!.Value.UnixSeconds));
        _sizes = new ColourScale(graph.Boxes.Where(b => b.HasResult).Select(b => ColourScale.OfSize(b.Size)));
    }

    public PictureLayout Layout => _layout;

    /// <param name="title">The name of the picture.</param>
    /// <param name="colour">What the colours show.</param>
    /// <param name="style">The style sheet, for a file of its own. The page has it elsewhere.</param>
    public string Write(string title, CachePictureColour colour, string? style)
    {
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"by-{Name(colour)}\" ");
        Append(svg, $"width=\"{_layout.Width}\" height=\"{_layout.Height}\" viewBox=\"0 0 {_layout.Width} {_layout.Height}\">\n");
        Append(svg, $"<title>{PictureText.Xml(title)}</title>\n");
        if (style is not null)
            Append(svg, $"<style>{style}</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
        svg.Append("<g class=\"edges\">\n");
        foreach (var edge in _graph.Edges)
            WriteEdge(svg, edge);
        svg.Append("</g>\n<g class=\"boxes\">\n");
        for (var i = 0; i < _graph.Boxes.Length; i++)
            WriteBox(svg, i);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    public static string Name(CachePictureColour colour) => colour switch
    {
        CachePictureColour.Size => "size",
        CachePictureColour.Difference => "difference",
        _ => "age",
    };

    private void WriteEdge(StringBuilder svg, PictureEdge edge)
    {
        var (x1, y1) = _layout.Places[edge.From];
        var (x2, y2) = _layout.Places[edge.To];
        var kind = edge.IsAlternative ? "edge or" : "edge";
        Append(svg, $"<path class=\"{kind}\" data-from=\"{edge.From}\" data-to=\"{edge.To}\" d=\"");
        if (_layout.GoesDown)
        {
            (x1, y1, x2) = (x1 + PictureLayout.BoxWidth / 2, y1 + PictureLayout.BoxHeight, x2 + PictureLayout.BoxWidth / 2);
            var bend = Math.Min((y2 - y1) / 2, 60);
            Append(svg, $"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}\"/>\n");
        }
        else
        {
            (x1, y1, y2) = (x1 + PictureLayout.BoxWidth, y1 + PictureLayout.BoxHeight / 2, y2 + PictureLayout.BoxHeight / 2);
            var bend = Math.Min((x2 - x1) / 2, 60);
            Append(svg, $"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}\"/>\n");
        }
    }

    private void WriteBox(StringBuilder svg, int number)
    {
        var box = _graph.Boxes[number];
        var (x, y) = _layout.Places[number];
        Append(svg, $"<g class=\"box{Classes(box)}\" id=\"b{number}\" transform=\"translate({x} {y})\">");
        Append(svg, $"<title>{PictureText.Xml(Describe(box))}</title>");
        Append(svg, $"<rect width=\"{PictureLayout.BoxWidth}\" height=\"{PictureLayout.BoxHeight}\" rx=\"5\"/>");
        Append(svg, $"<text class=\"name\" x=\"9\" y=\"16\">{PictureText.Xml(Sign(box.Side) + box.Label)}</text>");
        Append(svg, $"<text class=\"about\" x=\"9\" y=\"30\">{PictureText.Xml(box.Detail)}</text></g>\n");
    }

    private string Classes(PictureBox box)
    {
        var classes = new StringBuilder();
        if (box.CreatedAt is { } time)
            Append(classes, $" age{_ages.StepOf(time.UnixSeconds)}");
        if (box.HasResult)
            Append(classes, $" size{_sizes.StepOf(ColourScale.OfSize(box.Size))}");
        else
            classes.Append(" bare");
        if (box.IsSource)
            classes.Append(" source");
        if (box.Records.Length > 1)
            classes.Append(" fold");
        return classes.Append(box.Side switch
        {
            PictureSide.Before => " before",
            PictureSide.After => " after",
            _ => "",
        }).ToString();
    }

    private static string Sign(PictureSide side) => side switch
    {
        PictureSide.Before => "− ",
        PictureSide.After => "+ ",
        _ => "",
    };

    private static string Describe(PictureBox box) =>
        box.Records is [var one] ? $"{PictureText.Whole(one.Digest)}: {box.Detail}" : $"{box.Label}: {box.Detail}";

    private static void Append(StringBuilder text, FormattableString value) => text.Append(value.ToString(CultureInfo.InvariantCulture));
}
