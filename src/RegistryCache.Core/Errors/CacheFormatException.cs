namespace RegistryCache.Core.Errors;

/// <summary>A digest, reference, time, manifest, cache config, image config or layout is malformed.</summary>
internal sealed class CacheFormatException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
    : RegistryCacheException(code, message, innerException);
