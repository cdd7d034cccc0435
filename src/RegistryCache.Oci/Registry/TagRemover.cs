using System.Text;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Uploads;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Registry;

/// <summary>Removes a tag in the first way that the registry allows: the tag by its name; its manifest by the digest, if nothing else
/// needs that; or a throwaway manifest that the tag is moved to before. After each step the tag is looked at, because registries also
/// answer 202 and do nothing. See docs/adr/0094-pruning-a-cache.md.</summary>
internal sealed class TagRemover(
    RepositoryContext repository, ManifestClient manifests, RepositoryListing listing, BlobUploader uploader)
{
    // The digest of {}. Source: OCI image-spec manifest.md, "Guidance for an Empty Descriptor".
    private const string EmptyConfig = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    // A registry with several nodes can show a tag for a moment after it was deleted.
    private static readonly TimeSpan[] Looks = [TimeSpan.Zero, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private const int LooksAtOnce = 8;

    public async Task<(ManifestRemoval Outcome, string? Reason)> RemoveTagAsync(
        string tag, Digest manifest, CancellationToken cancellationToken)
    {
        var reference = ManifestReference.ByTag(tag);
        if (await manifests.ResolveAsync(reference, cancellationToken).ConfigureAwait(false) is not { } current)
            return (ManifestRemoval.Absent, null);
        if (current.Digest != manifest)
            return (ManifestRemoval.InUse, null);

        var refusals = new List<string>();
        var watch = Watch(reference, manifest, repository.Delete);
        var byTag = await TryAsync(
            "the tag", cancel => manifests.TryDeleteAsync(reference, watch, cancel), reference, manifest, refusals, cancellationToken)
            .ConfigureAwait(false);
        if (byTag != false)
            return Done(byTag is null && watch.Seen is not null ? ManifestRemoval.InUse : ManifestRemoval.Deleted);
        try
        {
            var byDigest = await TryAsync(
                "its manifest", cancel => DeleteUnneededAsync(manifest, tag, cancel), reference, manifest, refusals, cancellationToken)
                .ConfigureAwait(false);
            if (byDigest is { } isDeleted)
                return isDeleted ? Done(ManifestRemoval.DeletedByDigest) : Refused(refusals);
            return await TryThrowawayAsync(reference, manifest, refusals, cancellationToken).ConfigureAwait(false) switch
            {
                true => Done(ManifestRemoval.DeletedByThrowaway),
                false => Refused(refusals),
                null => Done(ManifestRemoval.InUse),
            };
        }
        catch (RegistryCacheException e) when (IsRefusal(e))
        {
            refusals.Add(e.Message);
            return Refused(refusals);
        }

        static (ManifestRemoval, string?) Done(ManifestRemoval outcome) => (outcome, null);
    }

    public async Task<(ManifestRemoval Outcome, string? Reason)> RemoveManifestAsync(Digest manifest, CancellationToken cancellationToken)
    {
        try
        {
            return (await DeleteUnneededAsync(manifest, except: null, cancellationToken).ConfigureAwait(false) switch
            {
                true => ManifestRemoval.DeletedByDigest,
                false => ManifestRemoval.Absent,
                null => ManifestRemoval.InUse,
            }, null);
        }
        catch (RegistryCacheException e) when (IsRefusal(e))
        {
            return Refused([e.Message]);
        }
    }

    private TagWatch Watch(ManifestReference tag, Digest expected, ScopeSet scopes) =>
        new(expected, cancel => manifests.LookAsync(tag, scopes, cancel));

    /// <summary>Deletes a manifest if no tag needs it. The tags are looked at again before a repetition.</summary>
    /// <returns>Whether it existed; <see langword="null"/> if it is needed.</returns>
    private async Task<bool?> DeleteUnneededAsync(Digest manifest, string? except, CancellationToken cancellationToken)
    {
        var schedule = repository.Transport.Settings.NewSchedule();
        while (!await IsNeededAsync(manifest, except, cancellationToken).ConfigureAwait(false))
        {
            if (await manifests.DeleteOnceAsync(manifest, schedule, cancellationToken).ConfigureAwait(false) is { } existed)
                return existed;
        }

        return null;
    }

    /// <summary>Deletes a tag or a manifest, and looks whether the tag has gone.</summary>
    /// <returns><see langword="null"/> if it was not deleted because of another writer.</returns>
    private async Task<bool?> TryAsync(
        string what, Func<CancellationToken, Task<bool?>> delete, ManifestReference tag, Digest manifest, List<string> refusals,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await delete(cancellationToken).ConfigureAwait(false) is not { } existed)
                return null;
            if (await IsGoneAsync(tag, manifest, cancellationToken).ConfigureAwait(false))
                return true;
            refusals.Add(existed
                ? $"The registry said that {what} was deleted, but the tag is still there."
                : $"The registry does not find {what}, but shows the tag.");
        }
        catch (RegistryCacheException e) when (IsRefusal(e))
        {
            refusals.Add(e.Message);
        }

        return false;
    }

    /// <summary>Whether a tag does not point to a manifest any more. If another writer has moved it meanwhile, it has gone as
    /// well.</summary>
    private async Task<bool> IsGoneAsync(ManifestReference tag, Digest manifest, CancellationToken cancellationToken)
    {
        foreach (var pause in Looks)
        {
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, repository.Time, cancellationToken).ConfigureAwait(false);
            if ((await manifests.ResolveAsync(tag, cancellationToken).ConfigureAwait(false))?.Digest != manifest)
                return true;
        }

        return false;
    }

    /// <summary>Moves the tag to a manifest of its own and deletes that one. First a trial shows whether it can be deleted at all, so
    /// that a tag that cannot be removed keeps its cache.</summary>
    /// <returns><see langword="null"/> if another writer has changed the tag.</returns>
    private async Task<bool?> TryThrowawayAsync(
        ManifestReference tag, Digest manifest, List<string> refusals, CancellationToken cancellationToken)
    {
        var config = "{}"u8.ToArray();
        var descriptor = new Descriptor("application/vnd.oci.empty.v1+json", Digest.Parse(EmptyConfig), config.Length);
        await uploader.PushAsync(descriptor, BlobSource.FromBytes(config), progress: null, cancellationToken).ConfigureAwait(false);
        var throwaway = new ManifestContent(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(
            $"{{\"schemaVersion\":2,\"mediaType\":\"{MediaTypes.OciManifest}\","
            + $"\"artifactType\":\"application/vnd.registry-cache.removed.v1\",\"layers\":[],"
            + $"\"config\":{{\"mediaType\":\"{descriptor.MediaType}\",\"digest\":\"{descriptor.Digest}\",\"size\":{descriptor.Size}}},"
            + $"\"annotations\":{{\"registry-cache.nonce\":\"{Guid.NewGuid():N}\"}}}}"));
        var reference = ManifestReference.ByDigest(throwaway.Descriptor.Digest);
        await manifests.PushAsync(throwaway, tag: null, cancellationToken).ConfigureAwait(false);
        await manifests.DeleteAsync(reference, cancellationToken).ConfigureAwait(false);

        var old = await manifests.FetchAsync(tag, ManifestClient.ResolveLimit, limitName: null, cancellationToken).ConfigureAwait(false);
        if (old?.Descriptor.Digest != manifest
            || !await manifests.TryPushAsync(throwaway, tag.Tag!, Watch(tag, manifest, repository.Push), cancellationToken)
                .ConfigureAwait(false))
            return null;
        var after = CancellationToken.None;
        var made = throwaway.Descriptor.Digest;
        var isDeleted = await TryAsync(
            "a throwaway manifest", async cancel => await manifests.DeleteAsync(reference, cancel).ConfigureAwait(false),
            tag, made, refusals, after).ConfigureAwait(false);
        if (isDeleted == false)
            await manifests.TryPushAsync(old!, tag.Tag!, Watch(tag, made, repository.Push), after).ConfigureAwait(false);
        return isDeleted;
    }

    /// <summary>Whether a tag has a manifest, directly or in an index. All tags are looked at each time, because the answer allows to
    /// delete what another program may have tagged a moment ago.</summary>
    private async Task<bool> IsNeededAsync(Digest manifest, string? except, CancellationToken cancellationToken)
    {
        var isNeeded = false;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        var tags = listing.TagsAsync(pageSize: 0, cancellationToken);
        await Parallel.ForEachAsync(tags, parallel, async (tag, cancel) =>
        {
            if (tag != except && !Volatile.Read(ref isNeeded) && await HasAsync(tag, manifest, cancel).ConfigureAwait(false))
                Volatile.Write(ref isNeeded, true);
        }).ConfigureAwait(false);
        return isNeeded;
    }

    private async Task<bool> HasAsync(string tag, Digest manifest, CancellationToken cancellationToken)
    {
        if (await manifests.ResolveAsync(ManifestReference.ByTag(tag), cancellationToken).ConfigureAwait(false) is not { } found)
            return false;
        if (found.Digest == manifest)
            return true;
        if (found.MediaType is not (MediaTypes.OciIndex or MediaTypes.DockerManifestList))
            return false;
        var children = listing.IndexAsync(ManifestReference.ByDigest(found.Digest), artifactType: null, cancellationToken);
        await foreach (var child in children.ConfigureAwait(false))
        {
            if (child.Digest == manifest)
                return true;
        }

        return false;
    }

    private (ManifestRemoval Outcome, string? Reason) Refused(IReadOnlyList<string> refusals) => (
        ManifestRemoval.Refused,
        $"{repository.DisplayName} does not allow this deletion, so only the registry's own retention can remove it. "
            + string.Join(" ", refusals.Distinct()));

    // What may be different at another time, such as a rate limit, is an error and not a refusal.
    private static bool IsRefusal(RegistryCacheException e) =>
        !e.IsTransient && e.Code is RegistryCacheErrorCode.RegistryResponse or RegistryCacheErrorCode.RegistryUnauthorized;
}
