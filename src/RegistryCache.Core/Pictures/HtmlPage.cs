using System.Globalization;
using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>Writes the page: the drawing, the data of the records, a style and a script, in one file.</summary>
internal static class HtmlPage
{
    private const string Keys = "The graph. Arrow keys go from record to record, Enter pins one, plus and minus zoom, 0 shows everything.";

    public static string Write(PictureGraph graph, SvgDrawing drawing, string title, CachePictureColour colour)
    {
        var style = PictureResources.Drawing + PictureResources.Page;
        var script = PictureResources.Script;
        var shown = PictureText.Xml(title);
        var text = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy(style, script)}">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{shown}</title>
            <style>{style}</style>
            </head>
            <body>
            <header>
            <h1>{shown}</h1>
            <p id="totals">{PictureText.Xml(Totals(graph))}</p>
            <form id="tools">
            <label>Search <input id="search" type="search" autocomplete="off" placeholder="digest, key, layer"></label>
            <output id="found"></output>
            <label>Colour <select id="colour">{Choices(graph, colour)}</select></label>
            <span id="legend"></span>
            <span class="zoom"><button type="button" id="out" aria-label="Zoom out">−</button>
            <button type="button" id="in" aria-label="Zoom in">+</button>
            <button type="button" id="fit">Fit</button></span>
            </form>
            </header>
            <main>
            <div id="stage" tabindex="0" role="application" aria-label="{Keys}">
            {drawing.Write(title, colour, style: null)}</div>
            <canvas id="map" width="220" height="150" aria-hidden="true"></canvas>
            <aside id="details" aria-live="polite"></aside>
            </main>
            <script id="data" type="application/json">{PictureData.Write(graph, drawing.Layout.GoesDown)}</script>
            <script>{script}</script>
            </body>
            </html>

            """;
        return text.ReplaceLineEndings("\n");
    }

    /// <summary>Allows this style and this script, and nothing else: no request, no image, no form, no other code.</summary>
    private static string Policy(string style, string script) =>
        $"default-src 'none'; script-src {Allow(script)}; style-src {Allow(style)}; base-uri 'none'; form-action 'none'";

    private static string Allow(string content) => $"'sha256-{Convert.ToBase64String(Convert.FromHexString(Digest.OfText(content).Hex))}'";

    private static string Choices(PictureGraph graph, CachePictureColour chosen)
    {
        var text = new StringBuilder();
        foreach (var colour in Enum.GetValues<CachePictureColour>())
        {
            if (colour == CachePictureColour.Difference && chosen != colour && graph.Boxes.All(b => b.Side == PictureSide.Both))
                continue;
            var name = SvgDrawing.Name(colour);
            text.Append(CultureInfo.InvariantCulture, $"<option value=\"{name}\"{(colour == chosen ? " selected" : "")}>{name}</option>");
        }

        return text.ToString();
    }

    private static string Totals(PictureGraph graph)
    {
        var layers = CacheGraph.ChainsOf(graph.Records.SelectMany(r => r.Results)).DistinctBy(c => c.Top.Digest).ToList();
        var results = graph.Records.Sum(r => r.Results.Length);
        var links = graph.Records.Sum(r => r.Inputs.Sum(i => i.Length));
        var folded = graph.Boxes.Length < graph.Records.Length ? $", drawn as {PictureText.Count(graph.Boxes.Length, "boxes", "box")}" : "";
        return $"{PictureText.Count(graph.Records.Length, "record")}{folded}, {PictureText.Count(links, "link")}, "
            + $"{PictureText.Count(results, "result")}, {PictureText.Count(layers.Count, "layer")}, "
            + PictureText.Size(layers.Sum(c => c.Top.Descriptor.Size));
    }
}
