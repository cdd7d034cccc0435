namespace RegistryCache.Oci.Http;

/// <summary>How transient failures are retried: with delays that double, with jitter, within a time budget.</summary>
internal sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan Budget);
