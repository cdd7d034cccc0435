using System.Globalization;
using System.Text;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci;

/// <summary>A registry answered with an error. Everything it said is here, secrets removed.</summary>
public sealed class RegistryResponseException : RegistryCacheException
{
    internal RegistryResponseException(
        string method, string url, int statusCode, IReadOnlyList<RegistryError> errors, string? requestId, RateLimit? rateLimit, string? hint, string? credentialNote)
        : base(CodeOf(statusCode), Describe(method, url, statusCode, errors, requestId, credentialNote ?? hint))
    {
        CredentialNote = credentialNote;
        Method = method;
        Url = url;
        StatusCode = statusCode;
        Errors = errors;
        RequestId = requestId;
        RateLimit = rateLimit;
        Hint = hint;
        IsTransient = RetrySchedule.IsTransient(statusCode);
    }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The URL without credentials and without query values that could be secret.</summary>
    public string Url { get; }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>All errors of the body, in order; empty if the body was none.</summary>
    public IReadOnlyList<RegistryError> Errors { get; }

    /// <summary>The registry's name for the request, to quote to its operators; <see langword="null"/> if it gave none.</summary>
    public string? RequestId { get; }

    /// <summary>Rate-limit headers, or <see langword="null"/> if there were none.</summary>
    public RateLimit? RateLimit { get; }

    /// <summary>What to do, for the known cases; <see langword="null"/> otherwise.</summary>
    public string? Hint { get; }

    /// <summary>
    /// After 401 and 403: whether credentials were sent, which file or variable they are from, and what was skipped and why. Nothing
    /// in it is secret. <see langword="null"/> otherwise.
    /// </summary>
    public string? CredentialNote { get; }

    /// <summary>Whether the body names an error code.</summary>
    /// <param name="code">The code, for example <c>NAME_UNKNOWN</c>.</param>
    public bool HasError(string code) => Errors.Any(error => string.Equals(error.Code, code, StringComparison.OrdinalIgnoreCase));

    internal RegistryResponseException With(string credentialNote) =>
        new(Method, Url, StatusCode, Errors, RequestId, RateLimit, Hint, credentialNote);

    private static RegistryCacheErrorCode CodeOf(int status) =>
        status is 401 or 403 ? RegistryCacheErrorCode.RegistryUnauthorized : RegistryCacheErrorCode.RegistryResponse;

    private static string Describe(string method, string url, int status, IReadOnlyList<RegistryError> errors, string? requestId, string? advice)
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
