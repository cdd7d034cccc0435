using System.CommandLine;
using System.Globalization;

namespace RegistryCache.Cli.Options;

/// <summary>The options that say how thoroughly a cache is verified.</summary>
internal sealed class VerifyOptions
{
    private readonly Flag _thorough = new("--thorough", "reads every layer and compares it with its digest and its diffID");
    private readonly ValueOption<double?> _sample = new("--sample", "PERCENT",
        "reads so many percent of the layers, rounded up", text => Percent("--sample", text));

    private readonly NumberOption _seed = new("--seed", "N", "chooses the layers of the sample", "a whole number", min: 0);

    public VerifyOptions(Command command)
    {
        command.Add(_thorough);
        command.Add(_sample);
        command.Add(_seed);
    }

    public CacheVerifyOptions Of(CommandRun run)
    {
        var sample = run.Get(_sample);
        if (run.Get(_seed) is not null && sample is null)
            throw new UsageException($"{_seed.Name} has a meaning only with {_sample.Name}.");
        return run.Has(_thorough) && sample is not null
            ? throw new UsageException($"{_thorough.Name} reads every layer, so {_sample.Name} has no meaning with it.")
            : new CacheVerifyOptions
            {
                ReadPercent = run.Has(_thorough) ? 100 : sample ?? 0,
                Seed = run.Get(_seed),
                Progress = run.Progress,
            };
    }

    public static double? Percent(string name, string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= 100
            ? percent
            : throw new UsageException($"{name} must be more than 0 and at most 100, not '{ErrorText.QuoteReference(text)}'.");
}
