using System.Collections.Immutable;
using System.Net.Http.Headers;

namespace RegistryCache.Oci.Http;

/// <summary>Describes a request to a registry. A framework message can be sent only once, but a challenge, a redirect or a retry must send
/// the request again.</summary>
internal sealed class RegistryRequest(HttpMethod method, Uri uri, string template)
{
    public HttpMethod Method { get; } = method;

    public Uri Uri { get; } = uri;

    /// <summary>The path with placeholders, for telemetry. It has few distinct values and no names.</summary>
    public string Template { get; } = template;

    public ScopeSet Scopes { get; init; } = ScopeSet.Empty;

    public Func<StallTimer, HttpContent>? CreateContent { get; init; }

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The first byte to request, up to <see cref="RangeEnd"/>; <see langword="null"/> requests the whole content.</summary>
    public long? RangeStart { get; init; }

    public long? RangeEnd { get; init; }

    /// <summary>Whether the transport repeats the request after a transient failure. False where the caller owns the retry.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>Asked each time before the request is sent, when nothing is waited for any more. <see langword="false"/> ends it with
    /// <see cref="OutdatedRequestException"/>. Since the slot is taken by then, what it sends has <see cref="HoldsSlot"/>.</summary>
    public Func<CancellationToken, Task<bool>>? IsStillWanted { get; init; }

    /// <summary>Answers after which the caller sends another request, so repeating this one would only take time.</summary>
    public IReadOnlyList<int> AsksOtherwiseAfter { get; init; } = [];

    /// <summary>Whether the caller already holds a slot of the host, because the answer is a long stream.</summary>
    public bool HoldsSlot { get; init; }

    /// <summary>The length of the body of the request or of the answer, if it can be long.</summary>
    public long BodyBytes { get; init; }

    /// <summary>Whether the body is long enough to send the headers first, so the registry can refuse early.</summary>
    public bool ExpectContinue { get; init; }

    /// <summary>The URLs that it was sent to so far, including redirects, each with its <c>Authorization</c> value. An answer may repeat
    /// them.</summary>
    public ImmutableArray<(Uri Uri, string? Authorization)> Sent { get; private set; } = [];

    public void IsSentTo(Uri uri, AuthenticationHeaderValue? header)
    {
        if (!Sent.Contains((uri, header?.Parameter)))
            Sent = Sent.Add((uri, header?.Parameter));
    }

    /// <summary>Whether the URL belongs to a started upload. Anyone who knows such a URL can continue the upload.</summary>
    public bool ContinuesUpload => Template.EndsWith("{session}", StringComparison.Ordinal);
}
