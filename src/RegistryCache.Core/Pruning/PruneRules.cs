using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>What to remove from caches. A result goes only if every rule that is set allows it; to remove what either of two rules
/// names, prune twice. Records that then lead to no result go too. Immutable.</summary>
public sealed record PruneRules
{
    /// <summary>Removes results that were saved longer ago than this. A result without a time is kept. Default <see langword="null"/>:
    /// results of any age. Range: zero or more.</summary>
    public TimeSpan? OlderThan { get; init => field = value is { } age ? Option.NotNegative(age) : null; }

    /// <summary>Removes only as many results as are needed until the layers have at most this size in bytes, those that several results
    /// share counted once. Default <see langword="null"/>: all that the other rules allow. Range: zero or more.</summary>
    public long? MaxBytes { get; init => field = Option.AtLeast(value, 0L); }

    /// <summary>Which results go first with <see cref="MaxBytes"/>. Default: the oldest.</summary>
    public PruneOrder Order { get; init => field = Option.Defined(value); }

    /// <summary>Removes only folders whose key matches one of these patterns: <c>*</c> stands for any text, <c>?</c> for one character,
    /// and <c>\</c> makes the next one plain. Default: none, for folders and steps of any name.</summary>
    public IReadOnlyList<string> Keys { get; init => field = Texts(value, nameof(Keys)); } = [];

    /// <summary>Removes only from tags whose name matches one of these patterns. Default: none, for every tag.</summary>
    public IReadOnlyList<string> Tags { get; init => field = Texts(value, nameof(Tags)); } = [];

    /// <summary>Removes only folders whose key starts with one of the prefixes, and of these never the newest ones: so many as the count
    /// of each prefix says. Default: none, for every folder and step. Counts are 0 or more.</summary>
    public IReadOnlyList<(string Prefix, int Count)> KeepNewestKeys { get; init => field = Counts(value, nameof(KeepNewestKeys)); } = [];

    /// <summary>Removes only from tags whose name starts with one of the prefixes, and of these never from the newest ones: so many as
    /// the count of each prefix says. The newest result of a tag is its time. Default: none, for every tag. Counts are 0 or
    /// more.</summary>
    public IReadOnlyList<(string Prefix, int Count)> KeepNewestTags { get; init => field = Counts(value, nameof(KeepNewestTags)); } = [];

    /// <summary>Removes the records that lead to no result, and nothing else if no other rule is set. Default <see langword="false"/>;
    /// every other rule does this as well.</summary>
    public bool Unreachable { get; init; }

    /// <summary>Whether a rule is set that speaks of tags.</summary>
    internal bool AreAboutTags => Tags.Count + KeepNewestTags.Count > 0;

    /// <summary>Whether results can go at all.</summary>
    internal bool RemoveResults =>
        OlderThan is not null || MaxBytes is not null || Keys.Count + KeepNewestKeys.Count > 0 || AreAboutTags;

    /// <summary>Refuses an empty set of rules, which would otherwise mean everything.</summary>
    internal void RequireOne()
    {
        if (!RemoveResults && !Unreachable)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions, "Pruning needs at least one rule, such as a greatest age.");
        }
    }

    private static IReadOnlyList<string> Texts(IReadOnlyList<string> value, string name)
    {
        foreach (var text in Option.NotNull(value, name))
            Option.NotEmpty(text, name);
        return value;
    }

    private static IReadOnlyList<(string Prefix, int Count)> Counts(IReadOnlyList<(string Prefix, int Count)> value, string name)
    {
        foreach (var (prefix, count) in Option.NotNull(value, name))
        {
            Option.NotNull(prefix, name);
            Option.AtLeast(count, 0, name);
        }

        return value;
    }

    /// <summary>The rules on one line.</summary>
    public override string ToString() => $"{nameof(OlderThan)} = {OlderThan}, {nameof(MaxBytes)} = {MaxBytes}, {nameof(Order)} = {Order}, "
        + $"{nameof(Keys)} = {ListText.Of(Keys)}, {nameof(Tags)} = {ListText.Of(Tags)}, "
        + $"{nameof(KeepNewestKeys)} = {ListText.Of(KeepNewestKeys)}, "
        + $"{nameof(KeepNewestTags)} = {ListText.Of(KeepNewestTags)}, {nameof(Unreachable)} = {Unreachable}";
}
