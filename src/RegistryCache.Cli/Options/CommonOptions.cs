using System.CommandLine;

namespace RegistryCache.Cli.Options;

/// <summary>The options that every command takes.</summary>
internal sealed class CommonOptions
{
    public const string BlobCacheVariable = "REGISTRY_CACHE_BLOBS";

    public CommonOptions(Command root)
    {
        foreach (var option in (Option[])
            [Format, Quiet, Verbose, Debug, Color, BlobCache, BlobCacheSize, MinRate, MinRateWindow, Help])
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    public Flag Help { get; } = new("--help", "shows this help", "-h");

    public ChoiceOption<bool> Format { get; } =
        new("--format", "the form of the output: text for people, json for scripts", ("text", false), ("json", true));

    public Flag Quiet { get; } =
        new("--quiet", "no progress, no notes, and no report of what was done. Warnings and errors are shown", "-q");

    public Flag Verbose { get; } = new("--verbose", "shows what is done, and the details of an error", "-v");

    public Flag Debug { get; } = new("--debug", "as --verbose, and shows each request to a registry. Credentials are hidden");

    public ChoiceOption<ColorChoice> Color { get; } = new("--color", "colours: auto uses them on a terminal, unless NO_COLOR is set",
        ("auto", ColorChoice.Auto), ("always", ColorChoice.Always), ("never", ColorChoice.Never));

    public TextOption BlobCache { get; } =
        new("--blob-cache", "DIR", "a directory for copies of blobs from registries. A blob that is there is not fetched again")
        {
            Default = BlobCacheVariable,
        };

    public SizeOption BlobCacheSize { get; } =
        new("--blob-cache-size", "how large that directory can become", "a size of at least 1, such as 20GiB", min: 1)
        {
            Default = "10GiB",
        };

    public SizeOption MinRate { get; } = new("--min-rate",
        "the minimum rate of a transfer from or to a registry, in bytes per second. A slower one is ended and resumed. 0 allows any rate",
        "a size from 0 to 1GiB, such as 16KiB", min: 0, max: 1L << 30)
    {
        Default = "1KiB",
    };

    public NumberOption MinRateWindow { get; } = new("--min-rate-window", "SECONDS", "the time over which the rate is measured",
        "a whole number of seconds from 1 to 86400", min: 1, max: 86400)
    {
        Default = "60",
    };
}
