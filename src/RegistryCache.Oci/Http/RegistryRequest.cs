namespace RegistryCache.Oci.Http;

/// <summary>
/// What to ask a registry, as a description: a message of the framework can be sent only once, and a challenge, a redirect or a
/// retry sends it again.
/// </summary>
internal sealed class RegistryRequest(HttpMethod method, Uri uri, string template)
{
    public HttpMethod Method { get; } = method;

    public Uri Uri { get; } = uri;

    /// <summary>The path with placeholders, for telemetry: few distinct values, no names.</summary>
    public string Template { get; } = template;

    /// <summary>The rights that the request needs.</summary>
    public ScopeSet Scopes { get; init; } = ScopeSet.Empty;

    /// <summary>Makes the body anew for each attempt.</summary>
    public Func<StallTimer, HttpContent>? CreateContent { get; init; }

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The first byte to ask for, with <see cref="RangeEnd"/> the last, or <see langword="null"/> for the whole.</summary>
    public long? RangeStart { get; init; }

    public long? RangeEnd { get; init; }

    /// <summary>Whether the transport repeats the request after a transient failure; false where a caller owns the retry.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>Answers after which the caller asks in another way, so that repeating this one would only take time.</summary>
    public IReadOnlyList<int> AsksOtherwiseAfter { get; init; } = [];

    /// <summary>Whether the caller holds the host's slot already because the answer is a long stream.</summary>
    public bool HoldsSlot { get; init; }

    /// <summary>Whether the body is long enough that the registry should see the headers first and may refuse early.</summary>
    public bool ExpectContinue { get; init; }

    /// <summary>Whether the URL is one of an upload that has begun: whoever knows it can go on with that upload.</summary>
    public bool ContinuesUpload => Template.EndsWith("{session}", StringComparison.Ordinal);
}
