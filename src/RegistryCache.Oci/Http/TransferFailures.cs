using System.Security.Authentication;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Http;

/// <summary>Translates what the framework throws into what we promise.</summary>
internal static class TransferFailures
{
    public static RegistryCacheException From(Exception failure, string method, Uri uri, bool stalled, TimeSpan limit)
    {
        if (failure is RegistryCacheException own)
            return own;
        var where = $"{method} {RegistryUri.Redact(uri)}";
        if (stalled)
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.TransferStalled, $"{where} made no progress for {limit.TotalSeconds:0.#} s and was ended.", failure)
            {
                IsTransient = true,
            };
        }

        var certificate = failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException inner }
            && inner.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        if (certificate)
        {
            return new RegistryTransferException(
                RegistryCacheErrorCode.RegistryUnreachable,
                $"{where} failed: the server's certificate is not trusted. Add its CA to the client's options, or use registry.insecure=true.", failure);
        }

        var reason = failure is HttpRequestException http && http.HttpRequestError != HttpRequestError.Unknown
            ? http.HttpRequestError.ToString()
            : failure.GetType().Name;
        return new RegistryTransferException(
            RegistryCacheErrorCode.RegistryUnreachable, $"{where} failed: the registry could not be reached or the connection broke ({reason}).", failure)
        {
            IsTransient = true,
        };
    }
}
