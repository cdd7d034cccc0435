using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Compression;
using RegistryCache.Oci;

namespace RegistryCache.Cli;

/// <summary>Builds the cache of the tool. The only place that chooses its parts.</summary>
internal static class Caches
{
    public const string MaxZstdWindow = "--max-zstd-window";
    public const string MaxRatio = "--max-ratio";
    public const string ResetAge = "--reset-age";
    public const string ReadingUsage = "[--max-zstd-window SIZE] [--max-ratio N]";

    /// <summary>The options of every command that reads layers.</summary>
    public static IReadOnlyList<string> ReadingOptions { get; } = [MaxZstdWindow, MaxRatio];

    /// <param name="terminal">Receives warnings.</param>
    /// <param name="arguments">The arguments of the command.</param>
    public static BuildCache Create(Terminal terminal, Arguments arguments)
    {
        var compression = new CompressionOptions();
        if (arguments.One(MaxZstdWindow) is { } window)
        {
            compression = compression with
            {
                MaxZstdWindowBytes = ByteSize.Parse(window) is { } size and >= 1024 and <= CompressionOptions.LargestZstdWindowBytes
                    ? size
                    : throw new UsageException($"{MaxZstdWindow} must be a size from 1KiB to 2GiB, such as 512MiB, not '{window}'."),
            };
        }

        var layers = new LayerOptions { MaxRatio = arguments.One(MaxRatio) is { } ratio ? Ratio(ratio) : null };
        var builder = new BuildCacheBuilder().UseLogging(new WarningLines(terminal));
        return builder
            .UseOci(TransferPace.Of(arguments), LayoutOptions(builder, arguments))
            .UseBlobCache(arguments)
            .UseCompression(compression)
            .UseLayerOptions(layers)
            .Build();
    }

    private static OciLayoutOptions LayoutOptions(BuildCacheBuilder builder, Arguments arguments)
    {
        var options = new OciLayoutOptions { Logger = builder.LoggerFactory.CreateLogger<OciLayoutStore>() };
        if (arguments.One(ResetAge) is not { } text)
            return options;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            ? options with { ResetGracePeriod = TimeSpan.FromMinutes(minutes) }
            : throw new UsageException($"{ResetAge} must be a whole number of minutes, not '{text}'.");
    }

    private static int Ratio(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ratio) && ratio >= 1
            ? ratio
            : throw new UsageException($"{MaxRatio} must be a whole number of at least 1, not '{text}'.");
}
