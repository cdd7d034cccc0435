using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Verification;

/// <summary>What is wrong with one blob. A store that does not answer, or denies access, is not a fault of a blob.</summary>
internal sealed record BlobFault(CacheDamageKind Kind, string Detail)
{
    /// <summary>The fault that an error stands for; <see langword="null"/> when the error is not about the blob.</summary>
    public static BlobFault? Of(Exception error) => error switch
    {
        ContentNotFoundException e => new(CacheDamageKind.Missing, e.Message),
        ContentMismatchException { Code: RegistryCacheErrorCode.SizeMismatch } e => new(CacheDamageKind.WrongSize, e.Message),
        ContentMismatchException e => new(CacheDamageKind.WrongDigest, e.Message),
        LayerFormatException or CacheFormatException or LimitExceededException => new(CacheDamageKind.Unreadable, error.Message),
        RegistryCacheException { Code: RegistryCacheErrorCode.StorageFailure } e => new(CacheDamageKind.Unreadable, e.Message),
        IOException or UnauthorizedAccessException => new(CacheDamageKind.Unreadable, ErrorText.Sentence(error.Message)),
        _ => null,
    };
}
