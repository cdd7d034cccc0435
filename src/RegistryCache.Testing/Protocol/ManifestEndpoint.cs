using System.Globalization;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>Manifests by tag and digest. Source: distribution-spec 1.1, "Pulling manifests", "Deleting tags" and "Deleting
/// Manifests".</summary>
internal static class ManifestEndpoint
{
    public static async Task<RegistryAnswer> AnswerAsync(RegistryState state, RegistryCall call) => call.Method switch
    {
        "GET" or "HEAD" => Read(state, call),
        "PUT" => await ManifestPush.AnswerAsync(state, call).ConfigureAwait(false),
        "DELETE" => Delete(state, call),
        _ => state.Violated($"{call.Method} on a manifest", 405, "UNSUPPORTED"),
    };

    private static RegistryAnswer Read(RegistryState state, RegistryCall call)
    {
        if (state.Quirks.PullLimit is not { } limit)
            return Found(state, call);
        var remaining = limit - state.Pulls;
        if (call.Method == "GET" && (remaining = state.CountPull(limit)) < 0)
            return WithLimit(
                RegistryAnswer.Error(429, "TOOMANYREQUESTS", "the pull rate limit is reached").With("Retry-After", "60"), limit, 0);
        return WithLimit(Found(state, call), limit, Math.Max(0, remaining));
    }

    private static RegistryAnswer WithLimit(RegistryAnswer answer, int limit, int remaining) => answer
        .With("RateLimit-Limit", string.Create(CultureInfo.InvariantCulture, $"{limit};w={PullCount.Window.TotalSeconds}"))
        .With("RateLimit-Remaining", string.Create(CultureInfo.InvariantCulture, $"{remaining};w={PullCount.Window.TotalSeconds}"));

    private static RegistryAnswer Found(RegistryState state, RegistryCall call)
    {
        var repository = state.Storage.Repositories.Read(call.Repository);
        var digest = repository.Tags.GetValueOrDefault(call.Reference, call.Reference);
        return repository.Manifests.TryGetValue(digest, out var manifest) && Accepts(state, call, manifest)
            ? new RegistryAnswer(200) { Stored = manifest.Content, Length = manifest.Content.Length }
                .With("Content-Type", manifest.MediaType).With("Docker-Content-Digest", digest)
            : RegistryAnswer.Error(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }

    // A client that does not say what it takes would get another manifest, or none, from other registries.
    private static bool Accepts(RegistryState state, RegistryCall call, StoredManifest manifest)
    {
        var accept = call.Http.Headers.Accept.ToString();
        if (!accept.Contains(manifest.MediaType, StringComparison.Ordinal))
            state.Violations.Enqueue($"Accept '{accept}' for a manifest of type {manifest.MediaType}");
        return true;
    }

    private static RegistryAnswer Delete(RegistryState state, RegistryCall call)
    {
        var isDigest = Digest.TryParse(call.Reference, out _);
        if (!isDigest && state.Quirks.TagDeletionStatus is { } refused)
            return RegistryAnswer.Error(refused, "UNSUPPORTED", "tags cannot be deleted");
        var isRemoved = isDigest
            ? state.Storage.RemoveManifest(call.Repository, call.Reference)
            : state.Storage.RemoveTag(call.Repository, call.Reference);
        return isRemoved ? new RegistryAnswer(202) : RegistryAnswer.Error(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
}
