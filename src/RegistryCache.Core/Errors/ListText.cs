namespace RegistryCache.Core.Errors;

/// <summary>A list on one line, for a person.</summary>
internal static class ListText
{
    private const int Shown = 5;

    public static string Of<T>(IReadOnlyCollection<T> items) =>
        $"[{string.Join(", ", items.Take(Shown).Select(i => ErrorText.Quote(i?.ToString())))}"
        + $"{(items.Count > Shown ? $" and {items.Count - Shown} more" : "")}]";
}
