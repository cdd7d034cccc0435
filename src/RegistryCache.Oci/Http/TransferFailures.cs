using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace RegistryCache.Oci.Http;

internal static class TransferFailures
{
    public static RegistryCacheException From(
        Exception failure, RegistryRequest request, Uri uri, bool stalled, TransportSettings settings, bool slow = false,
        TimeSpan? elapsed = null, bool mayShare = false)
    {
        if (failure is RegistryCacheException own)
            return own;

        // What ended the first request is the reason, not that a handler tried another one.
        if (failure is RepeatedBodyException { First: { Failure: { } first } end })
            (failure, elapsed) = (first, end.Elapsed);
        var announcesOnly = Causes(failure).Any(static cause => cause is TooManyAnnouncementsException);
        var handler = stalled || slow ? null : HandlerFailure.Find(failure);
        failure = FrameworkFailure.Clean(failure, settings.Secrets, request);
        var where = $"{request.Method.Method} {settings.Secrets.Show(uri, request)}";
        if (announcesOnly)
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.RegistryProtocol,
                $"{where} failed: more than {AnnouncementLimit.MaxAnnouncements} informational answers (1xx) came and no final answer. "
                    + "Check that a registry listens there.",
                failure);
        }

        if (slow)
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.TransferStalled,
                $"{where} moved less than {settings.LeastRate.BytesPerSecond} bytes a second for "
                    + $"{settings.LeastRate.Window.TotalSeconds:0.#} s and was ended.",
                failure)
            {
                IsTransient = true,
            };
        }

        if (stalled)
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.TransferStalled,
                $"{where} made no progress for {settings.StallTimeout.TotalSeconds:0.#} s and was ended.", failure)
            {
                IsTransient = true,
            };
        }

        if (handler is { } kind)
            return HandlerFailure.Describe(kind, failure, where, elapsed);

        // A connection that breaks before the first frame of HTTP/2 is an invalid answer for the framework. The next attempt uses HTTP/1.1,
        // and finds out whether it is one.
        return (mayShare ? null : OfProtocol(failure, where))
            ?? OfCertificates(failure, where)
            ?? OfTls(failure, where)
            ?? (settings.ProxyFor(uri) is { } proxy ? OfProxy(failure, where, $"{proxy.Scheme}://{proxy.Authority}") : null)
            ?? OfConnection(failure, where, uri, mayShare);
    }

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    // A server that does not speak HTTP will not do so on a second attempt.
    private static RegistryTransferException? OfProtocol(Exception failure, string where) => failure is HttpRequestException http
        ? http.HttpRequestError switch
        {
            HttpRequestError.InvalidResponse => new RegistryTransferException(
                RegistryCacheErrorCode.RegistryProtocol,
                $"{where} failed: the answer is not valid HTTP. Check that a registry listens there.", failure),
            HttpRequestError.ConfigurationLimitExceeded => new RegistryTransferException(
                RegistryCacheErrorCode.RegistryProtocol,
                $"{where} failed: the headers or the body of the answer exceed the limit. Check that a registry listens there.", failure),
            _ => null,
        }
        : null;

    private static RegistryTransferException? OfCertificates(Exception failure, string where)
    {
        if (PeerCertificateAlert.Caused(failure))
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.RegistryUnauthorized,
                $"{where} failed: the server requires a client certificate and refused the one it received, or received none. Add a "
                    + "certificate that it accepts, with its private key, to ClientCertificates in the client's options.",
                failure);
        }

        var untrusted = failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            && failure.InnerException is AuthenticationException inner
            && inner.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        return untrusted
            ? new RegistryTransferException(
                RegistryCacheErrorCode.RegistryUnreachable,
                $"{where} failed: the server's certificate is not trusted. Add its CA to the client's options, or use "
                    + "registry.insecure=true.", failure)
            : null;
    }

    // These failures happen on the way to the proxy or at the proxy, never after it.
    private static RegistryTransferException? OfProxy(Exception failure, string where, string proxy)
    {
        var http = failure as HttpRequestException;
        return http?.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => new RegistryTransferException(
                RegistryCacheErrorCode.RegistryUnreachable,
                $"{where} failed: the proxy {proxy} could not be reached ({http.HttpRequestError}). Start it, or change "
                    + "the client's Proxy option or the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY.",
                failure)
            {
                IsTransient = true,
                NeverConnected = true,
            },
            HttpRequestError.ProxyTunnelError when http.StatusCode == HttpStatusCode.ProxyAuthenticationRequired =>
                new RegistryTransferException(
                    RegistryCacheErrorCode.RegistryUnreachable,
                    $"{where} failed: the proxy {proxy} answered with 407. {ErrorHints.ProxyCredentials}", failure),
            HttpRequestError.ProxyTunnelError => new RegistryTransferException(
                RegistryCacheErrorCode.RegistryUnreachable,
                $"{where} failed: the proxy {proxy} did not open a tunnel"
                    + $"{(http.StatusCode is { } status ? $" and answered with {(int)status}" : "")}. Ask its operators, "
                    + "or add the host to NO_PROXY.",
                failure)
            {
                IsTransient = http.StatusCode is null || RetrySchedule.IsTransient((int)http.StatusCode),
            },
            _ => null,
        };
    }

    // What comes is not TLS at all, so another attempt gets the same. Other failures of the handshake can be those of a moment.
    private static RegistryTransferException? OfTls(Exception failure, string where)
    {
        if (failure is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner })
            return null;
        var isNotTls = inner is AuthenticationException && inner.Message.Contains("frame", StringComparison.OrdinalIgnoreCase);
        return new RegistryTransferException(
            RegistryCacheErrorCode.RegistryUnreachable,
            isNotTls
                ? $"{where} failed: the server does not answer in TLS. If it is a registry over plain HTTP, use registry.insecure=true."
                : $"{where} failed: the TLS handshake with the server failed: {ErrorText.Sentence(inner.Message)} Check the registry, or "
                    + "use registry.insecure=true if it speaks plain HTTP.",
            failure)
        {
            IsTransient = !isNotTls,
        };
    }

    private static RegistryTransferException OfConnection(Exception failure, string where, Uri uri, bool mayShare)
    {
        var place = $"{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}:{uri.Port}";
        var (problem, never) = failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                ($"the name {uri.IdnHost} could not be resolved. Check its spelling, and the DNS of this machine.", true),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } when Causes(failure).Any(IsRefusal) =>
                ($"{place} refused the connection. Start the registry, or check the host and the port.", true),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or OperationCanceledException =>
                ($"{place} could not be reached. Check the host, the port and the network.", true),
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } =>
                ($"the registry could not be reached or the connection broke ({error}). Check the network and the registry.", false),
            _ => ($"the registry could not be reached or the connection broke ({failure.GetType().Name}). Check the network and the "
                + "registry.", false),
        };
        return new RegistryTransferException(RegistryCacheErrorCode.RegistryUnreachable, $"{where} failed: {problem}", failure)
        {
            IsTransient = true,
            NeverConnected = never,
            BrokeShared = mayShare && !never,
        };
    }

    private static bool IsRefusal(Exception cause) => cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
}
