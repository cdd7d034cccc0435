using System.Globalization;

namespace RegistryCache;

/// <summary>What an export did. Immutable.</summary>
public sealed record CacheExportReport
{
    /// <summary>A report, for a test that needs one.</summary>
    /// <param name="target">The target.</param>
    public CacheExportReport(CacheTarget target) => Target = target;

    /// <summary>The target.</summary>
    public CacheTarget Target { get; }

    /// <summary>The target's mode or <see cref="CacheExportOptions.DefaultMode"/>; <see langword="null"/> after an early error.</summary>
    public CacheMode? Mode { get; init; }

    /// <summary>The records that <see cref="Mode"/> kept the result of.</summary>
    public int Results { get; init; }

    /// <summary>The records that <see cref="Mode"/> left the result out of: always 0 for <see cref="CacheMode.Max"/>.</summary>
    public int ResultsSkipped { get; init; }

    /// <summary>The manifest that the tag now points to; <see langword="null"/> when nothing was exported.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>The cache config; <see langword="null"/> when nothing was exported.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The stores that were written to: one, or two when a registry target also names a directory.</summary>
    public IReadOnlyList<ExportedPlace> Places { get; init; } = [];

    /// <summary>The layers of the first place.</summary>
    public IReadOnlyList<ExportedLayer> Layers => Places.Count == 0 ? [] : Places[0].Layers;

    /// <summary>Whether the graph had no layers, so that nothing was sent and the tag was left as it was.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether every store already had every layer and every tag already pointed to the cache, so that nothing was sent and no tag
    /// was moved. Each layer was checked by its size, not by its bytes.</summary>
    public bool IsUnchanged { get; init; }

    /// <summary>Warnings about an export that succeeded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The failure that <c>ignore-error</c> turned into this report; <see langword="null"/> when the export succeeded.</summary>
    public RegistryCacheException? Error { get; init; }

    /// <summary>The time that the export took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Bytes sent to all places.</summary>
    public long BytesSent => Places.Sum(p => p.Layers.Sum(l => l.BytesSent));

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() =>
        Error is not null ? $"{Target}: failed: {Error.Message}"
        : IsEmpty ? $"{Target}: nothing to export"
        : IsUnchanged ? $"{Target}: unchanged"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Target}: {Results} results, {Layers.Count} layers, {BytesSent} bytes sent, manifest {Manifest?.Digest}");
}
