namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>One thing that goes wrong.</summary>
/// <param name="Name">For the names of tests.</param>
public sealed record Fault(string Name)
{
    /// <summary>Answers in place of the registry, which then does nothing.</summary>
    public Func<FaultRegistry, FaultRequest, RegistryAnswer>? Instead { get; init; }

    /// <summary>Changes the answer after the registry has done its work.</summary>
    public Action<FaultRegistry, RegistryAnswer>? Change { get; init; }

    /// <summary>The connection is cut after so many bytes of the request's body; the registry keeps those.</summary>
    public long? CutRequestAfter { get; init; }

    /// <summary>The registry stops reading the request's body after so many bytes.</summary>
    public long? StallRequestAfter { get; init; }

    public override string ToString() => Name;

    public static Fault Status(int status, string? retryAfter = null, string code = "UNKNOWN") => new($"{status}{(retryAfter is null ? "" : " retry after " + retryAfter)}")
    {
        Instead = (_, _) => retryAfter is null ? RegistryAnswer.Error(status, code) : RegistryAnswer.Error(status, code).With("Retry-After", retryAfter),
    };

    /// <summary>429 or 503 with a date instead of seconds, by the registry's own clock.</summary>
    public static Fault RetryAt(int status, int seconds) => new($"{status} retry after date")
    {
        Instead = (registry, _) => RegistryAnswer.Error(status, "TOOMANYREQUESTS")
            .With("Retry-After", registry.Options.Clock.GetUtcNow().AddSeconds(seconds).ToString("R", System.Globalization.CultureInfo.InvariantCulture))
            .With("Date", registry.Options.Clock.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
    };

    /// <summary>Every token that was handed out is worthless from here on.</summary>
    public static Fault TokenExpired() => new("token expired")
    {
        Instead = (registry, request) =>
        {
            registry.RevokeTokens();
            return registry.Challenge(request, "invalid_token");
        },
    };

    public static Fault Unauthorized() => new("401") { Instead = static (registry, request) => registry.Challenge(request, null) };

    public static Fault Cut() => new("cut before request is read") { Instead = static (_, _) => new RegistryAnswer(200) { CutAfter = -1 } };

    public static Fault LostAnswer() => new("answer lost") { Change = static (_, answer) => answer.CutAfter = -1 };

    public static Fault CutAnswer(long after) => new($"answer cut after {after}") { Change = (_, answer) => answer.CutAfter = after };

    public static Fault CutRequest(long after) => new($"request cut after {after}") { CutRequestAfter = after };

    /// <param name="met">Is called when the request has arrived.</param>
    public static Fault Stall(Action? met = null) => new("stall")
    {
        Instead = (_, _) =>
        {
            met?.Invoke();
            return new RegistryAnswer(200) { StallAfter = -1 };
        },
    };

    public static Fault StallAnswer(long after) => new($"answer stalls after {after}") { Change = (_, answer) => answer.StallAfter = after };

    public static Fault StallRequest(long after) => new($"request stalls after {after}") { StallRequestAfter = after };

    public static Fault Drip() => new("slow drip") { Change = static (_, answer) => answer.Drips = true };

    public static Fault Corrupt(long at) => new($"byte {at} flipped") { Change = (_, answer) => answer.CorruptAt = at };

    /// <summary>Fewer bytes, with a Content-Length that agrees.</summary>
    public static Fault Shorter(long by) => new($"shorter by {by}") { Change = (_, answer) => answer.DeclaredLength = Math.Max(0, answer.Length - by) };

    /// <summary>A Content-Length that promises more than comes.</summary>
    public static Fault Longer(long by) => new($"length longer by {by}") { Change = (_, answer) => answer.DeclaredLength = answer.Length + by };

    public static Fault NoLength() => new("no length") { Change = static (_, answer) => answer.HidesLength = true };

    public static Fault WithoutHeader(string name) => new($"without {name}") { Change = (_, answer) => answer.Headers.Remove(name) };

    public static Fault WithHeader(string name, string value) => new($"{name}: {value}") { Change = (_, answer) => answer.Headers[name] = value };

    public static Fault WithStatus(int status) => new($"answered as {status}") { Change = (_, answer) => answer.Status = status };

    /// <summary>A redirect to the second origin, which is not the registry.</summary>
    public static Fault RedirectAway(int status = 307) => new($"{status} to another origin")
    {
        Instead = (registry, request) => new RegistryAnswer(status).With("Location", registry.StorageUrl(request)),
    };

    /// <summary>A redirect to the same place once more.</summary>
    public static Fault RedirectHome(int status = 307) => new($"{status} to itself")
    {
        Instead = (_, request) => new RegistryAnswer(status).With("Location", request.Target),
    };

    public static Fault Confirms(int status = 201) => new($"early {status}")
    {
        Instead = (_, request) => new RegistryAnswer(status).With("Location", request.Target),
    };
}
