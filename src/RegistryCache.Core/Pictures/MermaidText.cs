using System.Globalization;
using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>Writes a picture as a flowchart of Mermaid.</summary>
internal static class MermaidText
{
    public static string Write(PictureGraph graph)
    {
        var text = new StringBuilder("flowchart TB\n");
        for (var i = 0; i < graph.Boxes.Length; i++)
        {
            var box = graph.Boxes[i];
            Line(text, $"  n{i}[\"{PictureText.Mermaid(box.Label)}<br/>{PictureText.Mermaid(box.Detail)}\"]{ClassOf(box)}");
        }

        foreach (var edge in graph.Edges)
            Line(text, $"  n{edge.From} {(edge.IsAlternative ? "-.->" : "-->")} n{edge.To}");
        Line(text, $"  classDef bare stroke-dasharray:4 3");
        Line(text, $"  classDef before fill:#f9dcb8,color:#16191f");
        Line(text, $"  classDef after fill:#bcd9f7,color:#16191f");
        return text.ToString();
    }

    private static string ClassOf(PictureBox box) => box.Side switch
    {
        PictureSide.Before => ":::before",
        PictureSide.After => ":::after",
        _ => box.HasResult ? "" : ":::bare",
    };

    private static void Line(StringBuilder text, FormattableString value) =>
        text.Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
