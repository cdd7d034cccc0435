using System.Globalization;
using System.Text;
using RegistryCache.Oci.Http;
using RegistryError = (string Code, string Message, string? Detail);

namespace RegistryCache.Oci;

/// <summary>A registry answered with an error. It holds everything that the registry reported, without secrets.</summary>
public sealed class RegistryResponseException : RegistryCacheException
{
    internal RegistryResponseException(
        string method, string url, int statusCode, IReadOnlyList<RegistryError> errors, string? requestId, RateLimit? rateLimit,
        string? hint, string? credentialNote)
        : base(CodeOf(statusCode), Describe(method, url, statusCode, errors, requestId, credentialNote ?? hint))
    {
        CredentialNote = credentialNote;
        Method = method;
        Url = url;
        StatusCode = statusCode;
        Errors = errors;
        RequestId = requestId;
        Limits = rateLimit;
        Hint = hint;
        IsTransient = RetrySchedule.IsTransient(statusCode);
    }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The URL without credentials and without query values that could be secret.</summary>
    public string Url { get; }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>All errors in the body, in order; none if it has no error list. Each has a code, for example <c>MANIFEST_INVALID</c>, and a
    /// text for people, both empty if absent, and as JSON what the registry added. Source: OCI distribution-spec, "Error Codes".</summary>
    public IReadOnlyList<RegistryError> Errors { get; }

    /// <summary>The registry's id for the request, to give to its operators. <see langword="null"/> if the registry sent none.</summary>
    public string? RequestId { get; }

    /// <summary>The header <c>RateLimit-Limit</c>, for example <c>100;w=21600</c>; <see langword="null"/> if there was none.</summary>
    public string? RateLimit => Limits?.Limit;

    /// <summary>The header <c>RateLimit-Remaining</c>; <see langword="null"/> if there was none.</summary>
    public string? RateLimitRemaining => Limits?.Remaining;

    /// <summary>How long the registry asks to wait, from either form of <c>Retry-After</c>; <see langword="null"/> if it does
    /// not.</summary>
    public TimeSpan? RetryAfter => Limits?.RetryAfter;

    /// <summary>What to do about the error, for known cases. <see langword="null"/> otherwise.</summary>
    public string? Hint { get; }

    /// <summary>After 401 and 403: whether credentials were sent, from which file or variable they came, and what was skipped and why. It
    /// contains no secrets. <see langword="null"/> for other answers.</summary>
    public string? CredentialNote { get; }

    /// <summary>Whether the body contains an error code.</summary>
    /// <param name="code">The code, for example <c>NAME_UNKNOWN</c>.</param>
    public bool HasError(string code) => Errors.Any(error => string.Equals(error.Code, code, StringComparison.OrdinalIgnoreCase));

    internal RateLimit? Limits { get; }

    internal RegistryResponseException With(string credentialNote) =>
        new(Method, Url, StatusCode, Errors, RequestId, Limits, Hint, credentialNote);

    private static RegistryCacheErrorCode CodeOf(int status) =>
        status is 401 or 403 ? RegistryCacheErrorCode.RegistryUnauthorized : RegistryCacheErrorCode.RegistryResponse;

    private static string Describe(string method, string url, int status, IReadOnlyList<RegistryError> errors, string? requestId,
        string? advice)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {url} was answered with {status}");
        for (var i = 0; i < errors.Count; i++)
        {
            text.Append(i == 0 ? ": " : "; ").Append(errors[i].Code);
            if (errors[i].Message.Length > 0)
                text.Append(errors[i].Code.Length > 0 ? " (" : "(").Append(errors[i].Message).Append(')');
        }

        text.Append('.');
        if (advice is not null)
            text.Append(' ').Append(advice);
        if (requestId is not null)
            text.Append(CultureInfo.InvariantCulture, $" Request id: {requestId}.");
        return text.ToString();
    }
}
