using RegistryCache.Storage;

namespace RegistryCache.Testing.Contracts;

/// <summary>A tag is moved only if it is where it was seen. With <see cref="StoreCapabilities.ConditionalTags"/>, one wins of writers who
/// have seen the same state.</summary>
internal static class StoreTagRules
{
    private const string Tag = "shared";
    private const string Advice =
        "Compare and move the tag in one step. Return false, and change nothing, when it is not where it was seen. " +
        "A store that needs two steps does not state StoreCapabilities.ConditionalTags.";

    public static IReadOnlyList<StoreRule> All { get; } =
    [
        Rule("A tag that nobody has set is set", NewAsync),
        Rule("A tag that is where it was seen is moved", MovedAsync),
        Rule("A tag that somebody else has moved stays", StaysAsync),
        Rule("A tag that is gone is not set by somebody who saw it", GoneAsync),
        Rule("Of writers who saw the same state one wins", RaceAsync),
    ];

    private static StoreRule Rule(string name, Func<StoreTrial, Task> check) =>
        new(name, "IContentStore.TryPushManifestAsync", Advice, check);

    private static async Task NewAsync(StoreTrial trial)
    {
        var manifest = await PrepareAsync(trial, 1).ConfigureAwait(false);
        await RequireAsync(trial, manifest, expected: null, isMoved: true).ConfigureAwait(false);
        await trial.RequireTagAsync(Tag, manifest).ConfigureAwait(false);
    }

    private static async Task MovedAsync(StoreTrial trial)
    {
        var seen = await trial.PushManifestAsync(Tag, seed: 1).ConfigureAwait(false);
        var next = await PrepareAsync(trial, 2).ConfigureAwait(false);
        await RequireAsync(trial, next, seen, isMoved: true).ConfigureAwait(false);
        await trial.RequireTagAsync(Tag, next).ConfigureAwait(false);
    }

    private static async Task StaysAsync(StoreTrial trial)
    {
        var seen = await trial.PushManifestAsync(Tag, seed: 1).ConfigureAwait(false);
        var moved = await trial.PushManifestAsync(Tag, seed: 2).ConfigureAwait(false);
        var next = await PrepareAsync(trial, 3).ConfigureAwait(false);
        await RequireAsync(trial, next, seen, isMoved: false).ConfigureAwait(false);
        await RequireAsync(trial, next, expected: null, isMoved: false).ConfigureAwait(false);
        await trial.RequireTagAsync(Tag, moved).ConfigureAwait(false);
    }

    private static async Task GoneAsync(StoreTrial trial)
    {
        var gone = await PrepareAsync(trial, 1).ConfigureAwait(false);
        var next = await PrepareAsync(trial, 2).ConfigureAwait(false);
        await RequireAsync(trial, next, gone, isMoved: false).ConfigureAwait(false);
        await trial.RequireTagAsync(Tag, null).ConfigureAwait(false);
    }

    private static async Task RaceAsync(StoreTrial trial)
    {
        if (!trial.Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags))
            return;
        var manifests = new List<ManifestContent>();
        for (var i = 0; i < 16; i++)
            manifests.Add(await PrepareAsync(trial, i).ConfigureAwait(false));
        var wins = await Task.WhenAll(manifests.Select(m => Task.Run(() => TryAsync(trial, m, expected: null)))).ConfigureAwait(false);
        trial.RequireEqual(wins.Count(static won => won), 1, "the number of writers who win");
        await trial.RequireTagAsync(Tag, manifests[Array.IndexOf(wins, true)]).ConfigureAwait(false);
    }

    private static async Task RequireAsync(StoreTrial trial, ManifestContent manifest, ManifestContent? expected, bool isMoved) =>
        trial.RequireEqual(await TryAsync(trial, manifest, expected).ConfigureAwait(false), isMoved, "whether the tag was moved");

    private static Task<bool> TryAsync(StoreTrial trial, ManifestContent manifest, ManifestContent? expected) =>
        trial.Store.TryPushManifestAsync(manifest, Tag, expected?.Descriptor.Digest, trial.Cancellation);

    private static Task<ManifestContent> PrepareAsync(StoreTrial trial, int seed) =>
        trial.PrepareManifestAsync(MediaTypes.OciManifest, seed);
}
