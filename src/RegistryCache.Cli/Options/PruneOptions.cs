using System.CommandLine;
using System.Globalization;

namespace RegistryCache.Cli.Options;

/// <summary>The options that say which results a prune removes from a cache.</summary>
internal sealed class PruneOptions
{
    private readonly AgeOption _olderThan = new("--older-than", "removes results that were saved longer ago, such as 30d");
    private readonly SizeOption _maxSize = new(
        "--max-size", "removes only as much as is needed until the layers have this size", "a size such as 10GiB", min: 0);

    private readonly Flag _largestFirst = new("--largest-first", "with --max-size, what frees most goes first");
    private readonly ListOption _key = new("--key", "PATTERN", "removes only folders whose key matches, such as 'pr-*'");
    private readonly ListOption _keepNewest = new(
        "--keep-newest", "[PREFIX=]N", "removes only folders whose key starts with PREFIX, and keeps the newest N");

    public PruneOptions(Command command)
    {
        foreach (var option in (Option[])[_olderThan, _maxSize, _largestFirst, _key, _keepNewest])
            command.Add(option);
    }

    /// <summary>The names of the options that are a rule.</summary>
    public string Names => string.Join(", ", from option in (Option[])[_olderThan, _maxSize, _key, _keepNewest] select option.Name);

    /// <summary>The rules; <see langword="null"/> if none was given.</summary>
    public PruneRules? Of(CommandRun run)
    {
        var (age, maxBytes, keys, newest) = (run.Get(_olderThan), run.Get(_maxSize), run.All(_key), Newest(run, _keepNewest));
        if (run.Has(_largestFirst) && maxBytes is null)
            throw new UsageException($"{_largestFirst.Name} has a meaning only with {_maxSize.Name}.");
        return age is null && maxBytes is null && keys.Count + newest.Length == 0 ? null : new PruneRules
        {
            OlderThan = age,
            MaxBytes = maxBytes,
            Order = run.Has(_largestFirst) ? PruneOrder.LargestFirst : PruneOrder.OldestFirst,
            Keys = keys,
            KeepNewestKeys = newest,
        };
    }

    /// <summary>Prefixes with counts, as in <c>nuget-linux-=3</c>; a count alone is for every name.</summary>
    public static (string Prefix, int Count)[] Newest(CommandRun run, ListOption option) => [.. run.All(option).Select(text =>
    {
        var at = text.LastIndexOf('=');
        return int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (at < 0 ? "" : text[..at], count)
            : throw new UsageException(
                $"{option.Name} must be a number, or a prefix with one such as nuget-=3, not '{ErrorText.QuoteReference(text)}'.");
    })];
}
