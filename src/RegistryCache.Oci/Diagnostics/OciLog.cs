using Microsoft.Extensions.Logging;

namespace RegistryCache.Oci.Diagnostics;

/// <summary>Every log message of this package. The event ids are stable. No argument is secret.</summary>
internal static partial class OciLog
{
    [LoggerMessage(5001, LogLevel.Debug, "{Method} {Url} was answered with {Status}")]
    public static partial void Answered(ILogger logger, string method, string url, int status);

    [LoggerMessage(5002, LogLevel.Warning, "{Method} {Url} failed ({Reason}), next attempt {Attempt} in {Seconds:0.0} s")]
    public static partial void Retrying(ILogger logger, string method, string url, string reason, int attempt, double seconds);

    [LoggerMessage(5003, LogLevel.Information, "{Host} asked to slow down: requests to it wait for {Seconds:0.0} s")]
    public static partial void Pausing(ILogger logger, string host, double seconds);

    [LoggerMessage(5004, LogLevel.Warning, "{Host} does not support TLS ({Reason}): using plain HTTP, as the insecure option allows")]
    public static partial void FallingBackToHttp(ILogger logger, string host, string reason);

    [LoggerMessage(5005, LogLevel.Warning,
        "{Host} names the token server {Realm}, which is not trusted with its credentials: requesting an anonymous token")]
    public static partial void UntrustedRealm(ILogger logger, string host, string realm);

    [LoggerMessage(5006, LogLevel.Warning, "{Host} sent a warning: {Text}")]
    public static partial void ServerWarning(ILogger logger, string host, string text);

    [LoggerMessage(5007, LogLevel.Warning, "Credentials skipped: {Problem}")]
    public static partial void CredentialsSkipped(ILogger logger, string problem);

    [LoggerMessage(5008, LogLevel.Debug, "A token for {Host} was fetched ({Scopes})")]
    public static partial void TokenFetched(ILogger logger, string host, string scopes);

    [LoggerMessage(5009, LogLevel.Debug, "The upload of {Digest} to {Repository} continues at byte {Offset}")]
    public static partial void UploadResumed(ILogger logger, string digest, string repository, long offset);

    [LoggerMessage(5010, LogLevel.Debug, "The download of {Digest} from {Repository} continues at byte {Offset}")]
    public static partial void DownloadResumed(ILogger logger, string digest, string repository, long offset);

    [LoggerMessage(5011, LogLevel.Debug, "{Digest} was not mounted from {Origin}: {Reason}")]
    public static partial void NotMounted(ILogger logger, string digest, string origin, string reason);

    [LoggerMessage(5012, LogLevel.Information, "{Repository} refused this way to upload {Digest} ({Reason}): trying {Next}")]
    public static partial void UploadFormChanged(ILogger logger, string repository, string digest, string reason, string next);

    [LoggerMessage(5013, LogLevel.Debug, "The abandoned upload of {Digest} to {Repository} was not cancelled: {Reason}")]
    public static partial void CancelFailed(ILogger logger, string digest, string repository, string reason);

    [LoggerMessage(5014, LogLevel.Debug,
        "The download of {Digest} from {Repository} is read in parallel from byte {Offset}: one connection gives {Rate} bytes per second")]
    public static partial void DownloadWidened(ILogger logger, string digest, string repository, long offset, long rate);

    [LoggerMessage(5015, LogLevel.Warning, "{Host} cannot be reached yet: {Problem} Attempt {Attempt} follows in {Seconds:0.0} s")]
    public static partial void NotReached(ILogger logger, string host, string problem, int attempt, double seconds);
}
