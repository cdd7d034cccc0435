namespace RegistryCache.Core.Errors;

/// <summary>A directory or file that holds content could not be read or written.</summary>
internal sealed class CacheStorageException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
    : RegistryCacheException(code, message, innerException)
{
    internal static CacheStorageException Failed(string what, Exception cause) =>
        new(RegistryCacheErrorCode.StorageFailure, $"{what}: {ErrorText.Sentence(cause.Message)}", cause);

    /// <summary>Another program changed what is read or written, so a later attempt may succeed.</summary>
    internal static CacheStorageException Changed(string message) =>
        new(RegistryCacheErrorCode.SourceChanged, message) { IsTransient = true };
}
