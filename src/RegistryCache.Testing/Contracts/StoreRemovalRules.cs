using RegistryCache.Storage;

namespace RegistryCache.Testing.Contracts;

/// <summary>Tags and manifests are removed, or the store says that it does not remove them.</summary>
internal static class StoreRemovalRules
{
    private const string Delete = "IContentStore.DeleteManifestAsync";

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        new("A deleted tag is gone and the manifest stays", Delete,
            "Delete only the tag. A store that cannot throws NotSupportedException or RegistryCacheException.", DeleteTagAsync),
        new("A manifest is deleted with all tags on it", Delete,
            "Remove every tag that points to the digest. A store that cannot throws NotSupportedException or RegistryCacheException.",
            DeleteManifestAsync),
        new("A tag is removed only while it points to the manifest that was seen", "IContentStore.RemoveAsync",
            "Compare the tag's digest with the one that was seen, and leave other tags. A store that cannot returns Refused or throws.",
            RemoveAsync),
    ];

    private static async Task DeleteTagAsync(StoreTrial trial)
    {
        var manifest = await PushTwiceAsync(trial).ConfigureAwait(false);
        var one = ManifestReference.ByTag("one");
        if (!(trial.Contract.DeletesTags ?? Deletes(trial)))
        {
            await RequireRefusedAsync(trial, one, manifest).ConfigureAwait(false);
            return;
        }

        await RequireDeletedAsync(trial, one).ConfigureAwait(false);
        await trial.RequireTagAsync("one", null).ConfigureAwait(false);
        await trial.RequireTagAsync("two", manifest).ConfigureAwait(false);
        await trial.RequireDigestAsync(manifest).ConfigureAwait(false);
    }

    private static async Task DeleteManifestAsync(StoreTrial trial)
    {
        var manifest = await PushTwiceAsync(trial).ConfigureAwait(false);
        var other = await trial.PushManifestAsync("other", seed: 2).ConfigureAwait(false);
        var reference = ManifestReference.ByDigest(manifest.Descriptor.Digest);
        if (!Deletes(trial))
        {
            await RequireRefusedAsync(trial, reference, manifest).ConfigureAwait(false);
            return;
        }

        await RequireDeletedAsync(trial, reference).ConfigureAwait(false);
        await trial.RequireTagAsync("one", null).ConfigureAwait(false);
        await trial.RequireTagAsync("two", null).ConfigureAwait(false);
        await trial.RequireTagAsync("other", other).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(StoreTrial trial)
    {
        var manifest = await PushTwiceAsync(trial).ConfigureAwait(false);
        var digest = manifest.Descriptor.Digest;
        var other = await trial.PushManifestAsync("other", seed: 2).ConfigureAwait(false);
        if (!Deletes(trial))
        {
            await RequireKeptAsync(trial, digest).ConfigureAwait(false);
            await trial.RequireTagAsync("one", manifest).ConfigureAwait(false);
            return;
        }

        await RequireAsync("one", other.Descriptor.Digest, ManifestRemoval.InUse).ConfigureAwait(false);
        await RequireAsync(null, digest, ManifestRemoval.InUse, ManifestRemoval.Refused).ConfigureAwait(false);
        await RequireAsync("one", digest, ManifestRemoval.Deleted, ManifestRemoval.DeletedByThrowaway).ConfigureAwait(false);
        await RequireAsync("one", digest, ManifestRemoval.Absent).ConfigureAwait(false);
        await trial.RequireTagAsync("one", null).ConfigureAwait(false);
        await trial.RequireTagAsync("two", manifest).ConfigureAwait(false);

        async Task RequireAsync(string? tag, Digest seen, params ManifestRemoval[] expected)
        {
            var (outcome, _) = await trial.Store.RemoveAsync(tag, seen, trial.Cancellation).ConfigureAwait(false);
            trial.Require(
                expected.Contains(outcome), $"removing {tag ?? "no tag"} at {seen}: {string.Join(" or ", expected)}", outcome.ToString());
        }
    }

    private static async Task RequireKeptAsync(StoreTrial trial, Digest digest)
    {
        try
        {
            var (outcome, _) = await trial.Store.RemoveAsync("one", digest, trial.Cancellation).ConfigureAwait(false);
            trial.RequireEqual(outcome, ManifestRemoval.Refused, "removing a tag of a store without StoreCapabilities.DeleteManifests");
        }
        catch (Exception e) when (e is NotSupportedException or RegistryCacheException)
        {
            return; // Refused as well.
        }
    }

    private static bool Deletes(StoreTrial trial) => trial.Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests);

    private static async Task<ManifestContent> PushTwiceAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync("one").ConfigureAwait(false);
        await trial.Store.PushManifestAsync(manifest, "two", trial.Cancellation).ConfigureAwait(false);
        return manifest;
    }

    private static async Task RequireDeletedAsync(StoreTrial trial, ManifestReference reference)
    {
        var first = await trial.Store.DeleteManifestAsync(reference, trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(first, true, $"whether {reference} existed");
        var second = await trial.Store.DeleteManifestAsync(reference, trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(second, false, $"whether {reference} existed after it was deleted");
    }

    private static async Task RequireRefusedAsync(StoreTrial trial, ManifestReference reference, ManifestContent manifest)
    {
        var error = await trial.RequireAnyErrorAsync(
            () => trial.Store.DeleteManifestAsync(reference, trial.Cancellation), $"deleting {reference}").ConfigureAwait(false);
        trial.Require(
            error is NotSupportedException or RegistryCacheException, "NotSupportedException or RegistryCacheException",
            $"{error.GetType().Name}: {error.Message}");
        await trial.RequireTagAsync("one", manifest).ConfigureAwait(false);
    }
}
