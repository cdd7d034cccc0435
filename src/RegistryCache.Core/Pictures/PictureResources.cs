using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>The style sheets and the script of the page, which are part of the assembly.</summary>
internal static class PictureResources
{
    /// <summary>The style of boxes and lines.</summary>
    public static string Drawing => Read("drawing.css");

    /// <summary>The style of the page around the drawing.</summary>
    public static string Page => Read("page.css");

    public static string Script => Read("page.js");

    // A browser reads every line end as a line feed before it compares the digest of a script with the policy.
    private static string Read(string name)
    {
        using var stream = typeof(PictureResources).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
