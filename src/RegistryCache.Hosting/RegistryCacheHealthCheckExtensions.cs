using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RegistryCache.Core.Errors;
using RegistryCache.Hosting.Composition;
using RegistryCache.Oci;

namespace RegistryCache;

/// <summary>Adds health checks of caches.</summary>
public static class RegistryCacheHealthCheckExtensions
{
    /// <summary>Adds a check that the place of a cache can be reached, and that the credentials are good for it. Nothing is written. The
    /// result has the data <c>place</c>, <c>push</c> (<c>yes</c>, <c>no</c>, <c>not-known</c>) and <c>evidence</c>. A tag that does not
    /// exist yet is healthy.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="target">The place, in <c>--cache-to</c> form, for example <c>type=registry,ref=ghcr.io/acme/ci:nuget</c>.</param>
    /// <param name="check">How far to look. With <see cref="RegistryAccessCheck.PullAndPush"/> a place that may not be written is
    /// unhealthy, and one of which that is not known is healthy.</param>
    /// <param name="cache">The key of the cache; empty for the one without a key.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">The status of a failure; <see langword="null"/> for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags of the check.</param>
    /// <param name="timeout">How long it may take; <see langword="null"/> for the host's default.</param>
    public static IHealthChecksBuilder AddRegistryCache(
        this IHealthChecksBuilder builder,
        string target,
        RegistryAccessCheck check = RegistryAccessCheck.PullAndPush,
        string cache = "",
        string name = "registry-cache",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(cache);
        Option.Defined(check);
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new CacheHealthCheck(
                cache.Length == 0 ? services.GetRequiredService<BuildCache>() : services.GetRequiredKeyedService<BuildCache>(cache),
                target, check),
            failureStatus, tags, timeout));
    }
}
