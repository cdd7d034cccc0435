using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>Whether a tag still points to what it did. A writer asks right before each request that moves or deletes the tag.</summary>
internal sealed class TagWatch(Digest? expected, Func<CancellationToken, Task<Digest?>> look)
{
    /// <summary>Where the tag pointed when it was last asked about; <see langword="null"/> when there was no such tag.</summary>
    public Digest? Seen { get; private set; }

    /// <summary>Whether the tag was as expected at least once, so that a request may have been sent.</summary>
    public bool WasUnchanged { get; private set; }

    public static TagWatch Of(IContentStore store, string tag, Digest? expected) => new(
        expected,
        async cancel => (await store.ResolveManifestAsync(ManifestReference.ByTag(tag), cancel).ConfigureAwait(false))?.Digest);

    public async Task<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            Seen = await look(cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (expected is not null && e is (ContentMismatchException or ContentNotFoundException))
        {
            // The manifest cannot be read, so nothing is lost with it. Its writer knows that it replaces damage.
            Seen = expected;
        }

        var isUnchanged = Seen == expected;
        WasUnchanged |= isUnchanged;
        return isUnchanged;
    }
}
