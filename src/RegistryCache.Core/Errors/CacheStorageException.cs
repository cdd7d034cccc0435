namespace RegistryCache;

/// <summary>A directory or file that holds content could not be read or written.</summary>
public sealed class CacheStorageException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public CacheStorageException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
