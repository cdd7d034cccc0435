using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>Prints lists of paths of a save or a restore.</summary>
internal static class PathList
{
    private const int Shown = 5;

    /// <summary>Writes one line with the first few paths, or nothing if there are none.</summary>
    public static void Write(Terminal terminal, string what, IReadOnlyList<string> paths)
    {
        if (paths.Count > 0)
        {
            var more = paths.Count > Shown ? $" and {paths.Count - Shown} more" : "";
            terminal.Note($"note: {what}: {string.Join(", ", paths.Take(Shown).Select(ErrorText.Clean))}{more}");
        }
    }

    /// <summary>Writes all paths as JSON.</summary>
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> paths)
    {
        json.WriteStartArray(name);
        foreach (var path in paths)
            json.WriteStringValue(path);
        json.WriteEndArray();
    }
}
