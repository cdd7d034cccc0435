namespace RegistryCache.Oci.Http;

/// <summary>A registry's rate limit headers, as sent.</summary>
/// <param name="Limit">The header <c>RateLimit-Limit</c>, for example <c>100;w=21600</c>.</param>
/// <param name="Remaining">The header <c>RateLimit-Remaining</c>.</param>
/// <param name="RetryAfter">How long the registry asks to wait, from either form of <c>Retry-After</c>.</param>
internal sealed record RateLimit(string? Limit, string? Remaining, TimeSpan? RetryAfter);
