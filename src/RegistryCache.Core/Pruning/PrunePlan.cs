using System.Globalization;
using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>What pruning would remove from a tag or from the tags of a place. Nothing is changed before
/// <see cref="BuildCache.PruneAsync"/>. Made by a <see cref="BuildCache"/>. Immutable.</summary>
public sealed record PrunePlan
{
    /// <summary>A plan, for a test that needs one. It cannot be carried out.</summary>
    /// <param name="place">The repository or the directory.</param>
    /// <param name="tags">The tags that change or go.</param>
    public PrunePlan(string place, IReadOnlyList<PrunedTag> tags)
    {
        Place = place;
        Tags = tags;
    }

    internal PrunePlan(OpenPlace place, IReadOnlyList<PrunedTag> tags)
        : this(place.Store.DisplayName, tags)
    {
        OpenPlace = place;
        IsSwept = place.Store.Capabilities.HasFlag(StoreCapabilities.Sweep);
    }

    /// <summary>The repository or the directory, as a person would name it.</summary>
    public string Place { get; }

    /// <summary>Whether the place, or the tag that the source names, holds a cache.</summary>
    public bool IsHit { get; init; } = true;

    /// <summary>The tags that change or go, by name.</summary>
    public IReadOnlyList<PrunedTag> Tags { get; }

    /// <summary>Tags that were not looked at although the rules speak of them, and why: a cache inside an image, or one that cannot be
    /// read.</summary>
    public IReadOnlyList<(string Tag, string Reason)> Skipped { get; init; } = [];

    /// <summary>What goes: layers, configs and manifests that no other tag of the place needs, also below an index and as referrers, with
    /// their sizes in bytes. A directory deletes them with the sweep at the end, together with all that no tag needed before. A registry
    /// deletes them when it collects garbage.</summary>
    public IReadOnlyDictionary<Digest, long> Freed { get; init; } = new Dictionary<Digest, long>();

    /// <summary>The size of <see cref="Freed"/> in bytes.</summary>
    public long FreedBytes => Freed.Values.Sum();

    /// <summary>The size of the new configs and manifests of tags that stay, in bytes.</summary>
    public long AddedBytes { get; init; }

    /// <summary>The size in bytes of the layers of the caches that the rules speak of, before and afterwards, each counted
    /// once.</summary>
    public (long Before, long After) LayerBytes { get; init; }

    /// <summary>Why the numbers may be wrong, or what stays, in sentences for a person.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether nothing goes.</summary>
    public bool IsEmpty => Tags.Count == 0 && Freed.Count == 0;

    /// <summary>Whether the place deletes at once what nothing needs, as a directory does. A registry does it with its garbage
    /// collection.</summary>
    public bool IsSwept { get; init; }

    internal OpenPlace? OpenPlace { get; }

    /// <summary>Manifests that nothing needs after the tags have changed, as far as a registry must be told.</summary>
    internal IReadOnlyList<Digest> LeftOver { get; init; } = [];

    /// <summary>The plan on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Place}: {Tags.Count} tags pruned, {FreedBytes} bytes freed, {AddedBytes} bytes added");
}
