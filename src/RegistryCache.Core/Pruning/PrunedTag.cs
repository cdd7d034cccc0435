using System.Globalization;
using RegistryCache.Core.Pruning;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>A tag that pruning changes or removes: in a <see cref="PrunePlan"/> what is going to happen, in a <see cref="PruneReport"/>
/// what became of it. Immutable.</summary>
public sealed record PrunedTag
{
    /// <summary>A tag, for a test that needs one.</summary>
    /// <param name="name">The tag.</param>
    /// <param name="manifest">The manifest before.</param>
    /// <param name="pruned">What goes, and what stays.</param>
    public PrunedTag(string name, Descriptor manifest, PrunedGraph pruned)
    {
        Name = name;
        Manifest = manifest;
        Pruned = pruned;
    }

    /// <summary>The tag.</summary>
    public string Name { get; }

    /// <summary>The manifest that it points to before.</summary>
    public Descriptor Manifest { get; }

    /// <summary>The results and records that go, and what stays. For a tag that is removed as a whole without being read, an empty
    /// graph.</summary>
    public PrunedGraph Pruned { get; }

    /// <summary>The manifest that it points to afterwards; <see langword="null"/> when the tag goes, because nothing stays.</summary>
    public Descriptor? NewManifest { get; init; }

    /// <summary>What this frees, in bytes. What several tags free only together counts for the first of them.</summary>
    public long FreedBytes { get; init; }

    /// <summary>How the tag was removed, or why it was not; <see langword="null"/> in a plan, and for a tag that was not to be
    /// removed.</summary>
    public ManifestRemoval? Removal { get; init; }

    /// <summary>Why something could not be removed, in sentences for a person; <see langword="null"/> if all was.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the tag was not changed; <see langword="null"/> unless it failed.</summary>
    public RegistryCacheException? Error { get; init; }

    /// <summary>Whether the work on the tag is done: it has gone, or lost what was planned, by this call or another writer.</summary>
    public bool IsDone { get; init; }

    /// <summary>What the tag has lost besides, in sentences for a person.</summary>
    internal string? Warning { get; init; }

    internal PruneRemoval? Removed { get; init; }

    /// <summary>All that the tag needs before, the manifest included.</summary>
    internal IReadOnlyCollection<Digest> Needs { get; init; } = [];

    /// <summary>The tag on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {(NewManifest is null ? "removed" : $"{Pruned.Results.Count} results removed")}, {FreedBytes} bytes freed");
}
