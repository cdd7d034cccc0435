using System.Globalization;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>One input of an explained step.</summary>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Matches">Whether it matches a record of the step's operation.</param>
/// <param name="Expected">The keys that this build has for the input; empty when it has none.</param>
/// <param name="InCache">The keys that the cache's records of the operation have instead, at most ten; empty when it matches.</param>
/// <param name="Note">A further explanation, or <see langword="null"/>.</param>
public sealed record ExplainedInput(
    int Index, bool Matches, IReadOnlyList<ExplainedKey> Expected, IReadOnlyList<ExplainedKey> InCache, string? Note)
{
    /// <summary>The input on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"input {Index} {(Matches ? "matches" : "does not match")}: expected {ListText.Of(Expected)}, cached {ListText.Of(InCache)}"
        + $"{(Note is null ? "" : $"; {Note}")}");
}
