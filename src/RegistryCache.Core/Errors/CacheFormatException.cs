namespace RegistryCache;

/// <summary>A digest, reference, time, manifest, cache config, image config or layout is malformed.</summary>
public sealed class CacheFormatException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public CacheFormatException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
