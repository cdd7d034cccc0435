using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>A part of a store: the tags that start with a name and a colon.</summary>
internal sealed class TagPrefixStore(IContentStore store, string prefix) : DelegatingContentStore(store)
{
    public override string DisplayName => $"{prefix} in {Inner.DisplayName}";

    public override Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        Inner.ResolveManifestAsync(Prefixed(reference), cancellationToken);

    public override Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken) =>
        Inner.FetchManifestAsync(Prefixed(reference), maxBytes, cancellationToken);

    public override Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) =>
        Inner.PushManifestAsync(manifest, tag is null ? null : Prefixed(tag), cancellationToken);

    public override Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken) =>
        Inner.TryPushManifestAsync(manifest, Prefixed(tag), expected, cancellationToken);

    public override Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        Inner.DeleteManifestAsync(Prefixed(reference), cancellationToken);

    public override Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken) =>
        Inner.RemoveAsync(tag is null ? null : Prefixed(tag), manifest, cancellationToken);

    public override Task<(IReadOnlyDictionary<Digest, long> Blobs, IReadOnlyList<string> Warnings)> PlanSweepAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken) =>
        Inner.PlanSweepAsync(tags.ToDictionary(t => Prefixed(t.Key), t => t.Value), cancellationToken);

    public override IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => Inner.ListTagsAsync(cancellationToken)
        .Where(tag => tag.StartsWith(Prefixed(""), StringComparison.Ordinal))
        .Select(tag => tag[(prefix.Length + 1)..]);

    private string Prefixed(string tag) => $"{prefix}:{tag}";

    private ManifestReference Prefixed(ManifestReference reference) =>
        reference.Tag is { } tag ? ManifestReference.ByTag(Prefixed(tag)) : reference;
}
