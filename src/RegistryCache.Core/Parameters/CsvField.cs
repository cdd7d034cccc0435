namespace RegistryCache.Core.Parameters;

/// <summary>One field of a comma-separated text.</summary>
/// <param name="Value">The value, without quotes.</param>
/// <param name="Start">Where the field starts in the text, its quote included.</param>
/// <param name="IsQuoted">Whether the field was quoted.</param>
internal sealed record CsvField(string Value, int Start, bool IsQuoted)
{
    /// <summary>Where a character of the value stands in the text.</summary>
    public int PositionOf(int index) =>
        IsQuoted ? Start + 1 + index + Value.AsSpan(0, index).Count('"') : Start + index;
}
