namespace RegistryCache.Architecture.Tests;

/// <summary>The table of docs/adr/0001: which room may use which, and which has public types.</summary>
internal sealed class RoomTable
{
    private RoomTable(IReadOnlyDictionary<string, Row> rows) => Rows = rows;

    public IReadOnlyDictionary<string, Row> Rows { get; }

    public static RoomTable Read()
    {
        var path = Path.Combine(Repository.Root, "docs", "adr", "0001-dependency-direction.md");
        return new RoomTable(File.ReadLines(path)
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| room ", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[0], ToRow, StringComparer.Ordinal));
    }

    private static Row ToRow(string[] cells)
    {
        var package = cells[0].Split('/')[0];
        var uses = cells[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(u => IsPackage(u.Split('/')[0]) ? u : $"{package}/{u}");
        return new Row(cells[1], cells[2] == "yes", [.. uses]);
    }

    private static bool IsPackage(string name) => name is "Core" or "Oci" or "Compression" or "Hosting" or "Testing" or "Testing.NUnit";

    internal sealed record Row(string What, bool IsPublic, HashSet<string> Uses);
}
