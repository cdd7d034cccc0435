using Microsoft.Extensions.Diagnostics.HealthChecks;
using RegistryCache.Oci;
using RegistryCache.Oci.Registry;

namespace RegistryCache.Hosting.Composition;

/// <summary>Asks every place of a target.</summary>
internal sealed class CacheHealthCheck(BuildCache cache, string target, RegistryAccessCheck check) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failure = context.Registration.FailureStatus;
        var data = new Dictionary<string, object>();
        try
        {
            var places = cache.ParseTarget(target).Places;
            if (places.Count == 0)
                return new HealthCheckResult(
                    failure, $"'{ErrorText.Quote(target)}' has no place of its own. Name a registry or a directory.");
            foreach (var place in places)
            {
                data["place"] = place.ToString();
                var access = await AskAsync(place, cancellationToken).ConfigureAwait(false);
                data["push"] = access.CanPush switch { true => "yes", false => "no", null => "not-known" };
                data["evidence"] = access.Evidence;
                if (access.CanPush == false)
                    return new HealthCheckResult(failure, $"{place} can be read but not written. {access.Evidence}", data: data);
            }

            return HealthCheckResult.Healthy($"{target} can be read. {data["evidence"]}", data);
        }
        catch (RegistryCacheException e)
        {
            return new HealthCheckResult(failure, e.Message, e, data);
        }
    }

    private async Task<RegistryAccess> AskAsync(Storage.CachePlace place, CancellationToken cancellationToken)
    {
        var store = cache.OpenStore(place);
        if (store is RegistryContentStore registry)
            return await registry.CheckAccessAsync(place.Manifest.Tag!, check, cancellationToken).ConfigureAwait(false);
        await store.ResolveManifestAsync(place.Manifest, cancellationToken).ConfigureAwait(false);
        return new RegistryAccess { Evidence = $"{store.DisplayName} answers; only a registry can say whether it may be written." };
    }
}
