using System.CommandLine;
using RegistryCache.Compression;

namespace RegistryCache.Cli.Options;

/// <summary>The options of every command that reads layers.</summary>
internal sealed class ReadingOptions
{
    public const string MaxZstdWindowName = "--max-zstd-window";
    public const string MaxRatioName = "--max-ratio";

    public ReadingOptions(Command command, string defaultRatio)
    {
        MaxRatio = new(MaxRatioName, "N",
            "the most uncompressed bytes for each compressed byte, once 1 GiB of a layer is out", "a whole number of at least 1", min: 1)
        {
            Default = defaultRatio,
        };
        command.Add(MaxZstdWindow);
        command.Add(MaxRatio);
    }

    public SizeOption MaxZstdWindow { get; } = new(MaxZstdWindowName,
        "the largest window of a zstd layer, which is kept in memory", "a size from 1KiB to 2GiB, such as 512MiB",
        min: 1024, CompressionOptions.LargestZstdWindowBytes)
    {
        Default = "128MiB",
    };

    public NumberOption MaxRatio { get; }
}
