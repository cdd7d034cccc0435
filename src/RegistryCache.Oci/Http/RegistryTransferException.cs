namespace RegistryCache.Oci.Http;

/// <summary>A request to a registry did not get a usable answer: the registry could not be reached, the connection broke or stalled, the
/// answer violates the protocol, or the server refused the client's certificate. <see cref="RegistryCacheException.Code"/> says
/// which.</summary>
internal sealed class RegistryTransferException : RegistryCacheException
{
    public RegistryTransferException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }

    /// <summary>Whether there was no connection at all.</summary>
    public bool NeverConnected { get; init; }

    /// <summary>Whether a connection broke that other requests may share.</summary>
    public bool BrokeShared { get; init; }
}
