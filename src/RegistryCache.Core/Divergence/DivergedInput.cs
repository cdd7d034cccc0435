using System.Globalization;

namespace RegistryCache;

/// <summary>An input of a step that differs between two builds.</summary>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Cause">What differs.</param>
/// <param name="Before">The links of the first build.</param>
/// <param name="After">The links of the second build.</param>
/// <param name="BaseBefore">The layers of the base image of the first build, if the input is a base image and they are known.</param>
/// <param name="BaseAfter">The layers of the base image of the second build, if the input is a base image and they are known.</param>
public sealed record DivergedInput(
    int Index, DivergenceCause Cause, IReadOnlyList<CacheLink> Before, IReadOnlyList<CacheLink> After,
    LayerChain? BaseBefore = null, LayerChain? BaseAfter = null)
{
    /// <summary>The input and the cause, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"input {Index}: {Cause}, {Before.Count} links before, {After.Count} after");
}
