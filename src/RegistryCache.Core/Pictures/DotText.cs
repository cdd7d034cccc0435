using System.Globalization;
using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>Writes a picture as DOT, the language of Graphviz.</summary>
internal static class DotText
{
    public static string Write(PictureGraph graph, string title)
    {
        var text = new StringBuilder();
        Line(text, $"digraph cache {{");
        Line(text, $"  label=\"{PictureText.Dot(title)}\"; labelloc=t; rankdir=TB;");
        Line(text, $"  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\", fontsize=10];");
        for (var i = 0; i < graph.Boxes.Length; i++)
        {
            var box = graph.Boxes[i];
            Line(text, $"  n{i} [label=\"{PictureText.Dot(box.Label)}\\n{PictureText.Dot(box.Detail)}\"{Look(box)}];");
        }

        foreach (var edge in graph.Edges)
            Line(text, $"  n{edge.From} -> n{edge.To}{(edge.IsAlternative ? " [style=dashed]" : "")};");
        Line(text, $"}}");
        return text.ToString();
    }

    private static string Look(PictureBox box) => (box.HasResult ? "" : ", style=\"rounded,dashed,filled\"") + box.Side switch
    {
        PictureSide.Before => ", fillcolor=\"#f9dcb8\"",
        PictureSide.After => ", fillcolor=\"#bcd9f7\"",
        _ => "",
    };

    private static void Line(StringBuilder text, FormattableString value) =>
        text.Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
