namespace RegistryCache.Oci.Http;

/// <summary>The header <c>Retry-After</c> in both forms: seconds and date. Source: RFC 9110 §10.2.3.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? Until(date, response, time) : null);
        return wait is { } value ? TimeSpan.FromTicks(Math.Max(0, value.Ticks)) : null;
    }

    // The answer's Date header, if present, makes the result independent of our clock.
    private static TimeSpan Until(DateTimeOffset date, HttpResponseMessage response, TimeProvider time) =>
        date - (response.Headers.Date ?? time.GetUtcNow());
}
