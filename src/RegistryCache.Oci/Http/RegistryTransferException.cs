namespace RegistryCache.Oci;

/// <summary>
/// An exchange with a registry did not come to an answer that can be used: unreachable, broken off, stalled, against the
/// protocol, or refused for the client's certificate. <see cref="RegistryCacheException.Code"/> says which.
/// </summary>
public sealed class RegistryTransferException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do. Without secrets.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public RegistryTransferException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
