using System.Collections.Immutable;
using System.Globalization;

namespace RegistryCache.Layers;

/// <summary>The compression levels that a codec takes.</summary>
/// <param name="Minimum">The lowest level.</param>
/// <param name="Maximum">The highest level.</param>
/// <param name="Default">The level when none is given.</param>
public sealed record CompressionLevelRange(int Minimum, int Maximum, int Default)
{
    /// <summary>Whether buildx replaces a level out of range with the nearest one, as for zstd. Default <see langword="false"/>.</summary>
    public bool BuildxTakesNearest { get; init; }

    /// <summary>Levels outside the range that buildx accepts, and what each means (<see langword="null"/>: the default).</summary>
    public ImmutableDictionary<int, int?> BuildxLevels { get; init; } = ImmutableDictionary<int, int?>.Empty;

    /// <summary>The level to work with: the given one when it lies in the range, <see cref="Default"/> when none is given.</summary>
    /// <param name="level">The level asked for, or <see langword="null"/>.</param>
    /// <param name="compression">The codec, for the error.</param>
    /// <exception cref="RegistryCacheException">Level out of range (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public int Resolve(int? level, LayerCompression compression)
    {
        if (level is not { } wanted)
            return Default;
        if (Contains(wanted))
            return wanted;
        throw new RegistryCacheException(
            RegistryCacheErrorCode.InvalidOptions,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{compression} has no compression level {wanted}: give {Minimum} to {Maximum}, or none for {Default}."));
    }

    internal bool Contains(int level) => level >= Minimum && level <= Maximum;

    /// <summary>The level that a number means to buildx. A number that buildx does not accept is returned unchanged.</summary>
    internal int? FromBuildx(int level) =>
        BuildxLevels.TryGetValue(level, out var meant) ? meant : BuildxTakesNearest ? Math.Clamp(level, Minimum, Maximum) : level;

    /// <summary>The range on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minimum} to {Maximum}, by default {Default}");
}
