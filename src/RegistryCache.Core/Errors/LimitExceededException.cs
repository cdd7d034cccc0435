using System.Globalization;

namespace RegistryCache;

/// <summary>A limit was exceeded. Most limits are options and can be raised.</summary>
/// <param name="what">What is too large, for example <c>cache config sha256:…</c>.</param>
/// <param name="limitName">The option, such as <c>CacheFormatLimits.MaxConfigBytes</c>; <see langword="null"/> for a fixed limit.</param>
/// <param name="limit">The limit.</param>
/// <param name="actual">What was found, or <see langword="null"/> when counting stopped at the limit.</param>
public sealed class LimitExceededException(string what, string? limitName, long limit, long? actual = null)
    : RegistryCacheException(RegistryCacheErrorCode.LimitExceeded, Describe(what, limitName, limit, actual))
{
    /// <summary>The option that sets the limit; <see langword="null"/> for a limit that is fixed.</summary>
    public string? LimitName { get; } = limitName;

    /// <summary>The limit.</summary>
    public long Limit { get; } = limit;

    /// <summary>What was found, or <see langword="null"/> when counting stopped at the limit.</summary>
    public long? Actual { get; } = actual;

    private static string Describe(string what, string? limitName, long limit, long? actual) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what} exceeds the {(limitName is null ? "fixed limit" : $"limit {limitName} =")} {limit}{(actual is { } a ? $" ({a})" : "")}."
        + $"{(limitName is null ? "" : " Raise the limit if the content is trusted.")}");
}
