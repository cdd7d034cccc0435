using System.Globalization;

namespace RegistryCache.Cli.Options;

/// <summary>An option whose value is a whole number.</summary>
internal sealed class NumberOption(string name, string valueName, string description, string what, int min, int max = int.MaxValue)
    : ValueOption<int?>(name, valueName, description, text => Parse(name, text, what, min, max))
{
    private static int? Parse(string name, string text, string what, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new UsageException($"{name} must be {what}, not '{ErrorText.QuoteReference(text)}'.");
}
