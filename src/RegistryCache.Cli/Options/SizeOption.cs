namespace RegistryCache.Cli.Options;

/// <summary>An option whose value is a size in bytes, such as <c>16KiB</c>.</summary>
internal sealed class SizeOption(string name, string description, string what, long min, long max = long.MaxValue)
    : ValueOption<long?>(name, "SIZE", description, text => Parse(name, text, what, min, max))
{
    private static long? Parse(string name, string text, string what, long min, long max) =>
        ByteSize.Parse(text) is { } size && size >= min && size <= max
            ? size
            : throw new UsageException($"{name} must be {what}, not '{ErrorText.QuoteReference(text)}'.");
}
