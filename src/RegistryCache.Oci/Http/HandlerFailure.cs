using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace RegistryCache.Oci.Http;

/// <summary>Failures of handlers that the application put into the pipeline of the HTTP client. They say nothing about the
/// registry.</summary>
internal static class HandlerFailure
{
    public enum Kind
    {
        /// <summary>A time limit ended the request.</summary>
        Cut,

        /// <summary>It tried to repeat the upload of a blob.</summary>
        Repeated,

        /// <summary>Anything else.</summary>
        Thrown,
    }

    /// <summary>What a handler did; <see langword="null"/> if the failure can be one of the network. A limit of the time to connect is the
    /// framework's own, and has a <see cref="TimeoutException"/> in it.</summary>
    public static Kind? Find(Exception failure) => failure switch
    {
        OperationCanceledException { InnerException: TimeoutException } => null,
        OperationCanceledException => Kind.Cut,
        RepeatedBodyException => Kind.Repeated,
        HttpRequestException or IOException or SocketException or AuthenticationException or CryptographicException => null,
        TooManyAnnouncementsException or ObjectDisposedException => null,
        _ => failure.GetType().Name.Contains("Timeout", StringComparison.Ordinal) ? Kind.Cut : Kind.Thrown,
    };

    public static RegistryTransferException Describe(Kind kind, Exception failure, string where, TimeSpan? elapsed) => new(
        RegistryCacheErrorCode.HandlerFailure,
        kind switch
        {
            Kind.Cut => $"{where} was cut off{(elapsed is { } time ? $" after {time.TotalSeconds:0.#} s" : "")} by a handler of the HTTP "
                + $"client ({Name(failure)}), not by the registry. The client limits and repeats requests by itself: remove the time limit "
                + "of the handler.",
            Kind.Repeated => $"{where} {(((RepeatedBodyException)failure).First is { Status: { } status }
                ? $"was answered with status {status}, and then" : "was under way, and")} a handler of the HTTP client tried to repeat it. "
                + "The client repeats requests by itself: remove the retries of the handler.",
            _ => $"{where} failed: a handler of the HTTP client threw {failure.GetType().Name}: {ErrorText.Sentence(failure.Message)} "
                + "Check the handlers that the application adds to the client.",
        },
        failure)
    {
        // What was cut off can go on where it ended. A bug stays one.
        IsTransient = kind != Kind.Thrown,
    };

    // The library's own exception says how long its limit is. The framework's says nothing.
    private static string Name(Exception failure) => failure is OperationCanceledException
        ? failure.GetType().Name : $"{failure.GetType().Name}: {ErrorText.Sentence(failure.Message)}";
}
