namespace RegistryCache.Oci.Http;

/// <summary>
/// A request to a registry did not get a usable answer: the registry could not be reached, the connection broke or stalled, the answer
/// violates the protocol, or the server refused the client's certificate. <see cref="RegistryCacheException.Code"/> says which.
/// </summary>
internal sealed class RegistryTransferException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do. Without secrets.</param>
    /// <param name="innerException">The exception that caused this one, if any.</param>
    public RegistryTransferException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
