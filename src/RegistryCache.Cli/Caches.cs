using Microsoft.Extensions.Logging;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;
using RegistryCache.Compression;
using RegistryCache.Oci;

namespace RegistryCache.Cli;

/// <summary>Builds the cache of the tool. The only place that chooses its parts.</summary>
internal static class Caches
{
    /// <param name="run">The run, which has the options and receives warnings.</param>
    /// <param name="reading">The options of a command that reads layers.</param>
    /// <param name="resetAge">The age from which <c>reset=true</c> removes a blob; <see langword="null"/> for the default.</param>
    public static BuildCache Create(CommandRun run, ReadingOptions? reading = null, TimeSpan? resetAge = null)
    {
        var compression = new CompressionOptions();
        if (reading is not null && run.Get(reading.MaxZstdWindow) is { } window)
            compression = compression with { MaxZstdWindowBytes = window };
        var builder = new BuildCacheBuilder().UseLogging(new LogLines(run.Terminal, run.LogLevel));
        UseBlobCache(builder, run);
        return builder
            .UseOci(options => WithPace(options, run), LayoutOptions(builder, resetAge))
            .UseCompression(compression)
            .UseLayerOptions(new LayerOptions { MaxRatio = reading is null ? null : run.Get(reading.MaxRatio) })
            .Build();
    }

    private static RegistryClientOptions WithPace(RegistryClientOptions options, CommandRun run) => options with
    {
        MinimumRate = run.Get(run.Common.MinRate) ?? options.MinimumRate,
        MinimumRateWindow = run.Get(run.Common.MinRateWindow) is { } seconds
            ? TimeSpan.FromSeconds(seconds) : options.MinimumRateWindow,
    };

    private static OciLayoutOptions LayoutOptions(BuildCacheBuilder builder, TimeSpan? resetAge)
    {
        var options = new OciLayoutOptions { Logger = builder.LoggerFactory.CreateLogger<OciLayoutStore>() };
        return resetAge is { } age ? options with { ResetGracePeriod = age } : options;
    }

    private static void UseBlobCache(BuildCacheBuilder builder, CommandRun run)
    {
        var (place, size) = (run.Common.BlobCache, run.Common.BlobCacheSize);
        var directory = run.Get(place) ?? Environment.GetEnvironmentVariable(CommonOptions.BlobCacheVariable);
        if (string.IsNullOrEmpty(directory))
        {
            if (run.Get(size) is not null)
                throw new UsageException($"{size.Name} needs {place.Name} DIR, or the variable {CommonOptions.BlobCacheVariable}.");
        }
        else if (run.Get(size) is { } bytes)
            builder.UseLocalBlobs(directory, bytes);
        else
            builder.UseLocalBlobs(directory);
    }
}
