using System.Collections.Immutable;
using System.Globalization;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Pictures;

/// <summary>One box of a picture: a record, or several that are drawn as one.</summary>
internal sealed class PictureBox
{
    public PictureBox(ImmutableArray<CacheRecord> records, PictureSide side)
    {
        Records = records;
        Side = side;
        List<CacheResult> newest = [.. records.Select(r => r.NewestResult).OfType<CacheResult>()];
        HasResult = newest.Count > 0;
        CreatedAt = ResultOrder.ByDate.Best(newest)?.CreatedAt is { IsZero: false } time ? time : null;
        Size = newest.Select(r => r.Chain?.Top).OfType<CacheLayer>().DistinctBy(l => l.Digest).Sum(l => l.Descriptor.Size);
    }

    /// <summary>The records, inputs before what uses them.</summary>
    public ImmutableArray<CacheRecord> Records { get; }

    public PictureSide Side { get; }

    /// <summary>The boxes that this one uses, and those that use it; each once, in ascending order.</summary>
    public List<int> Parents { get; } = [];

    public List<int> Children { get; } = [];

    public bool HasResult { get; }

    /// <summary>When the newest result was saved, if that is known.</summary>
    public CacheTime? CreatedAt { get; }

    /// <summary>The size in bytes of what the records added: the top layers of their newest results.</summary>
    public long Size { get; }

    public bool IsSource => Records.All(r => r.Inputs.IsEmpty);

    /// <summary>The first line of the box.</summary>
    public string Label => Records is [var one]
        ? KeyOf(one) ?? PictureText.Short(one.Digest)
        : string.Create(CultureInfo.InvariantCulture, $"{Records.Length} records");

    /// <summary>The second line of the box.</summary>
    public string Detail => !HasResult
        ? IsSource ? "source" : "no result"
        : PictureText.Size(Size) + (CreatedAt is { } time ? " · " + PictureText.Time(time) : "");

    // A selector that is not a digest is a text of somebody who wrote it to be read, such as the key of a folder.
    private static string? KeyOf(CacheRecord record) =>
        record.Inputs is [[{ Selector: { Length: > 0 } selector }]] && !Digest.TryParse(selector, out _)
            ? PictureText.Quote(selector)
            : null;
}
