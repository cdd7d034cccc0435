using System.Globalization;
using RegistryCache.Oci;

namespace RegistryCache.Cli;

/// <summary>The options of every command that define when a transfer is too slow.</summary>
internal static class TransferPace
{
    public const string MinRate = "--min-rate";
    public const string MinRateWindow = "--min-rate-window";

    private const long MaxRate = 1L << 30;
    private const uint MaxSeconds = 86400;

    public static IReadOnlyList<string> Options { get; } = [MinRate, MinRateWindow];

    /// <summary>Applies the arguments to the options of the registry client.</summary>
    public static Func<RegistryClientOptions, RegistryClientOptions> Of(Arguments arguments)
    {
        var rate = arguments.One(MinRate) is { } text ? Rate(text) : (long?)null;
        var window = arguments.One(MinRateWindow) is { } seconds ? Window(seconds) : (TimeSpan?)null;
        return options => options with
        {
            MinimumRate = rate ?? options.MinimumRate,
            MinimumRateWindow = window ?? options.MinimumRateWindow,
        };
    }

    private static long Rate(string text) => ByteSize.Parse(text) is { } rate and <= MaxRate
        ? rate
        : throw new UsageException($"{MinRate} must be a size from 0 to 1GiB, such as 16KiB, not '{ErrorText.QuoteReference(text)}'.");

    private static TimeSpan Window(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MaxSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"{MinRateWindow} must be a whole number of seconds from 1 to {MaxSeconds}, not "
                + $"'{ErrorText.QuoteReference(text)}'.");
}
