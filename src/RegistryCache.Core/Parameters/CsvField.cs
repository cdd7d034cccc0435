namespace RegistryCache.Core.Parameters;

/// <summary>One field of a comma-separated text: its value without quotes, and where the field starts, with its quote.</summary>
internal sealed record CsvField(string Value, int Start, bool IsQuoted)
{
    /// <summary>The position in the text of a character of the value.</summary>
    public int PositionOf(int index) =>
        IsQuoted ? Start + 1 + index + Value.AsSpan(0, index).Count('"') : Start + index;
}
