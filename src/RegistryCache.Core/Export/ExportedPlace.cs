using System.Globalization;

namespace RegistryCache;

/// <summary>One store that an export wrote to.</summary>
/// <param name="Store">The store, as a person would name it.</param>
/// <param name="Tag">The tag that points to the manifest.</param>
/// <param name="Layers">Each layer blob once, in the order of the config.</param>
public sealed record ExportedPlace(string Store, string Tag, IReadOnlyList<ExportedLayer> Layers)
{
    /// <summary>The place and the number of layers, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Store}:{Tag}, {Layers.Count} layers");
}
