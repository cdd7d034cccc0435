using System.Text.Json;

namespace RegistryCache.Cli;

/// <summary>Paths that a save or a restore has something to say about.</summary>
internal static class PathList
{
    private const int Shown = 5;

    /// <summary>One line with the first few, or none.</summary>
    public static void Write(Terminal terminal, string what, IReadOnlyList<string> paths)
    {
        if (paths.Count > 0)
            terminal.Note($"note: {what}: {string.Join(", ", paths.Take(Shown).Select(ErrorText.Clean))}{(paths.Count > Shown ? $" and {paths.Count - Shown} more" : "")}");
    }

    /// <summary>All of them.</summary>
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> paths)
    {
        json.WriteStartArray(name);
        foreach (var path in paths)
            json.WriteStringValue(path);
        json.WriteEndArray();
    }
}
