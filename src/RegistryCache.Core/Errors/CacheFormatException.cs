namespace RegistryCache;

/// <summary>A digest, reference, time, manifest, cache config, image config or layout is malformed.</summary>
/// <param name="code">The stable code.</param>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class CacheFormatException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
    : RegistryCacheException(code, message, innerException);
