using System.Globalization;

namespace RegistryCache;

/// <summary>A step at which two builds part: everything before it is the same.</summary>
/// <param name="Cause">Why the step of one build is not in the cache of the other. If several inputs differ, that of the first.</param>
/// <param name="Before">The step in the first build; <see langword="null"/> if it was added.</param>
/// <param name="After">The step in the second build; <see langword="null"/> if it was removed.</param>
/// <param name="Inputs">The inputs that differ; empty if it is the step itself.</param>
public sealed record DivergedStep(DivergenceCause Cause, CacheRecord? Before, CacheRecord? After, IReadOnlyList<DivergedInput> Inputs)
{
    /// <summary>The step and the cause, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(After ?? Before)?.Digest}: {Cause}, {Inputs.Count} inputs differ");
}
