using RegistryCache.Storage;

namespace RegistryCache.Testing.Contracts;

/// <summary>Manifests and tags.</summary>
internal static class StoreManifestRules
{
    private const string Push = "IContentStore.PushManifestAsync";
    private const string Fetch = "IContentStore.FetchManifestAsync";

    private static readonly string[] Types =
        [MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList];

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        new("An absent tag or digest is a miss", Fetch, "Return null; do not throw.", AbsentAsync),
        .. Types.Select(static type => new StoreRule(
            $"A manifest of type {type} comes back byte for byte by tag and by digest", Fetch,
            "Keep the bytes and the media type as they are; do not parse and print.", trial => RoundTripAsync(trial, type))),
        new("A manifest without a tag is found by its digest only", Push, "Set no tag when none is given.", UntaggedAsync),
        new("A tag moves and the old manifest stays", Push, "Replace the tag, and keep manifests under their digests.", MoveAsync),
        new("One manifest may have two tags", Push, "Let a tag refer to a digest, and not own the manifest.", TwoTagsAsync),
        new("Pushing the same manifest again changes nothing", Push, "Accept a manifest that is there already.", AgainAsync),
        new("Tags differ by case", "OCI distribution-spec 1.1, the form of a tag",
            "Compare tags byte for byte, also on file systems that ignore case.", CaseAsync),
        new("Tags pushed at once are all there", "IContentStore, thread safety", "Guard the list of tags.", AtOnceAsync),
        new("A manifest larger than allowed is refused", Fetch,
            "Compare the size with maxBytes before reading; throw LimitExceededException only above it.", TooLargeAsync),
    ];

    private static async Task AbsentAsync(StoreTrial trial)
    {
        foreach (var reference in new[] { ManifestReference.ByTag("latest"), ManifestReference.ByDigest(Digest.OfText("nothing")) })
        {
            var resolved = await trial.Store.ResolveManifestAsync(reference, trial.Cancellation).ConfigureAwait(false);
            trial.RequireEqual(resolved?.Digest, null, $"what {reference} resolves to in an empty store");
            await trial.RequireManifestAsync(reference, null, $"what {reference} gives in an empty store").ConfigureAwait(false);
        }
    }

    private static async Task RoundTripAsync(StoreTrial trial, string mediaType)
    {
        var manifest = await trial.PushManifestAsync(mediaType, "latest").ConfigureAwait(false);
        var expected = (manifest.Descriptor.MediaType, manifest.Descriptor.Digest, manifest.Descriptor.Size);
        foreach (var reference in References(manifest))
        {
            var resolved = await trial.Store.ResolveManifestAsync(reference, trial.Cancellation).ConfigureAwait(false);
            trial.Require(resolved is not null, $"a descriptor for {reference}", "nothing");
            trial.RequireEqual((resolved!.MediaType, resolved.Digest, resolved.Size), expected, $"what {reference} resolves to");
            var fetched = await trial.Store.FetchManifestAsync(reference, 1 << 20, trial.Cancellation).ConfigureAwait(false);
            trial.Require(fetched is not null, $"a manifest for {reference}", "nothing");
            trial.RequireBytes(fetched!.Bytes.ToArray(), manifest.Bytes.ToArray(), $"the manifest of {reference}");
            var found = fetched.Descriptor;
            trial.RequireEqual((found.MediaType, found.Digest, found.Size), expected, $"the descriptor of {reference}");
        }
    }

    private static async Task UntaggedAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync(tag: null).ConfigureAwait(false);
        await trial.RequireDigestAsync(manifest).ConfigureAwait(false);
        await trial.RequireTagAsync("latest", null).ConfigureAwait(false);
    }

    private static async Task MoveAsync(StoreTrial trial)
    {
        var first = await trial.PushManifestAsync("latest", seed: 1).ConfigureAwait(false);
        var second = await trial.PushManifestAsync("latest", seed: 2).ConfigureAwait(false);
        await trial.RequireTagAsync("latest", second).ConfigureAwait(false);
        await trial.RequireDigestAsync(first).ConfigureAwait(false);
    }

    private static async Task TwoTagsAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync("one").ConfigureAwait(false);
        await trial.Store.PushManifestAsync(manifest, "two", trial.Cancellation).ConfigureAwait(false);
        await trial.RequireTagAsync("one", manifest).ConfigureAwait(false);
        var other = await trial.PushManifestAsync("one", seed: 2).ConfigureAwait(false);
        await trial.RequireTagAsync("one", other).ConfigureAwait(false);
        await trial.RequireTagAsync("two", manifest).ConfigureAwait(false);
    }

    private static async Task AgainAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync("latest").ConfigureAwait(false);
        await trial.Store.PushManifestAsync(manifest, "latest", trial.Cancellation).ConfigureAwait(false);
        await trial.RequireTagAsync("latest", manifest).ConfigureAwait(false);
    }

    private static async Task CaseAsync(StoreTrial trial)
    {
        var lower = await trial.PushManifestAsync("main", seed: 1).ConfigureAwait(false);
        var upper = await trial.PushManifestAsync("Main", seed: 2).ConfigureAwait(false);
        await trial.RequireTagAsync("main", lower).ConfigureAwait(false);
        await trial.RequireTagAsync("Main", upper).ConfigureAwait(false);
    }

    private static async Task AtOnceAsync(StoreTrial trial)
    {
        var manifests = new List<ManifestContent>();
        for (var i = 0; i < 8; i++)
            manifests.Add(await trial.PushManifestAsync(tag: null, seed: i).ConfigureAwait(false));
        await Task.WhenAll(manifests.Select((m, i) => Task.Run(() => trial.Store.PushManifestAsync(m, "tag" + i, trial.Cancellation))))
            .ConfigureAwait(false);
        for (var i = 0; i < manifests.Count; i++)
            await trial.RequireTagAsync("tag" + i, manifests[i]).ConfigureAwait(false);
    }

    private static async Task TooLargeAsync(StoreTrial trial)
    {
        var manifest = await trial.PushManifestAsync("latest").ConfigureAwait(false);
        var size = manifest.Descriptor.Size;
        foreach (var reference in References(manifest))
        {
            await trial.RequireErrorAsync<LimitExceededException>(
                () => trial.Store.FetchManifestAsync(reference, size - 1, trial.Cancellation),
                $"reading a manifest of {size} bytes with a limit of {size - 1}").ConfigureAwait(false);
            var whole = await trial.Store.FetchManifestAsync(reference, size, trial.Cancellation).ConfigureAwait(false);
            trial.RequireEqual(whole?.Descriptor.Size, size, "the size of a manifest that is as large as the limit");
        }
    }

    private static ManifestReference[] References(ManifestContent manifest) =>
        [ManifestReference.ByTag("latest"), ManifestReference.ByDigest(manifest.Descriptor.Digest)];
}
