namespace RegistryCache.House;

/// <summary>Where a word stands in code: the rooms that a change of what it names has to look at.</summary>
public static class Mentions
{
    /// <summary>The rooms with a line of code, comments left out, that has the word in any case.</summary>
    /// <param name="map">The rooms.</param>
    /// <param name="word">The word.</param>
    public static IEnumerable<string> Of(RoomMap map, string word) => map.Packages.SelectMany(p => p.Files)
        .Where(room => room.Value.Exists(file => File.ReadLines(file).Any(line => IsCode(line) && line.Contains(word, StringComparison.OrdinalIgnoreCase))))
        .Select(room => room.Key)
        .Order(StringComparer.Ordinal);

    private static bool IsCode(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal);
}
