using System.Globalization;

namespace RegistryCache.Cli.Options;

/// <summary>An option whose value is an age: a whole number with <c>m</c>, <c>h</c>, <c>d</c> or <c>w</c>.</summary>
internal sealed class AgeOption(string name, string description)
    : ValueOption<TimeSpan?>(name, "AGE", description, text => Parse(name, text))
{
    private const uint Most = 1_000_000;

    private static TimeSpan? Parse(string name, string text)
    {
        var unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => TimeSpan.Zero,
        };
        var isNumber = uint.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return isNumber && unit > TimeSpan.Zero && count <= Most
            ? unit * count
            : throw new UsageException($"{name} must be an age such as 12h, 30d or 4w, not '{ErrorText.QuoteReference(text)}'.");
    }
}
