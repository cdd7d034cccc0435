using Microsoft.Extensions.Logging;

namespace RegistryCache.Oci.Http;

/// <summary>What all exchanges of one client share.</summary>
internal sealed record TransportSettings(TimeProvider Time, ILogger Logger, TimeSpan StallTimeout, RetryOptions Retry, Random Jitter, string UserAgent)
{
    public RetrySchedule NewSchedule() => new(Retry, Time, Jitter);
}
