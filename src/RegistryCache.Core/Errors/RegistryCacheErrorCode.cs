namespace RegistryCache;

/// <summary>Stable identifiers of everything that can go wrong. A number is never reused; the text form is <c>RC</c> and four digits, see
/// <see cref="RegistryCacheException.CodeText"/>.</summary>
public enum RegistryCacheErrorCode
{
    /// <summary>An error without a better code.</summary>
    Unspecified = 0,

    /// <summary>A digest is not <c>algorithm:hex</c> with a known algorithm and the exact length.</summary>
    InvalidDigest = 101,

    /// <summary>An image reference does not follow the reference grammar.</summary>
    InvalidReference = 102,

    /// <summary>A time is not RFC 3339, or lies outside the years 0 to 9999.</summary>
    InvalidTime = 103,

    /// <summary>A cache parameter string, key or value is wrong.</summary>
    InvalidParameter = 104,

    /// <summary>Options contradict each other, or a required one is missing.</summary>
    InvalidOptions = 105,

    /// <summary>A manifest, index or list is malformed.</summary>
    InvalidManifest = 201,

    /// <summary>A cache config is malformed: bad JSON, an index out of range, a cycle.</summary>
    InvalidCacheConfig = 202,

    /// <summary>An image config with an inline cache is malformed.</summary>
    InvalidImageConfig = 203,

    /// <summary>A cache graph cannot be built: an empty input, a foreign record, a cycle.</summary>
    InvalidGraph = 204,

    /// <summary>An OCI layout directory is malformed.</summary>
    InvalidLayout = 205,

    /// <summary>Content has another size than its descriptor says.</summary>
    SizeMismatch = 301,

    /// <summary>Content has another digest than its descriptor says.</summary>
    DigestMismatch = 302,

    /// <summary>A blob or manifest that is needed does not exist.</summary>
    ContentNotFound = 303,

    /// <summary>A stated limit was exceeded.</summary>
    LimitExceeded = 304,

    /// <summary>A compressed layer is corrupt, truncated or followed by garbage.</summary>
    CorruptLayer = 305,

    /// <summary>No codec is registered for a layer or a requested compression.</summary>
    UnsupportedCompression = 306,

    /// <summary>A directory, file or lock could not be used.</summary>
    StorageFailure = 401,

    /// <summary>The lock of an OCI layout directory stayed taken.</summary>
    LayoutLocked = 402,

    /// <summary>A registry answered with an error.</summary>
    RegistryResponse = 501,

    /// <summary>A registry could not be reached, or the connection broke.</summary>
    RegistryUnreachable = 502,

    /// <summary>A registry refused the credentials, or the rights do not suffice.</summary>
    RegistryUnauthorized = 503,

    /// <summary>A registry violated the protocol: a missing Location, a wrong Range, an unsafe realm or redirect.</summary>
    RegistryProtocol = 504,

    /// <summary>A transfer made no progress for too long.</summary>
    TransferStalled = 505,

    /// <summary>A credential source failed: a malformed Docker configuration, a failing helper.</summary>
    CredentialFailure = 506,

    /// <summary>A handler of the application, in the pipeline of the HTTP client, failed or ended a request.</summary>
    HandlerFailure = 507,

    /// <summary>A layer is not safe to apply: it would leave its target or exceed a limit.</summary>
    UnsafeLayer = 601,

    /// <summary>A tar stream is malformed.</summary>
    InvalidTar = 602,

    /// <summary>A file or folder changed while it was read. Transient: the same snapshot may succeed when it is taken again.</summary>
    SourceChanged = 603,

    /// <summary>Something in a folder cannot be a part of a layer: a device, a name that would be read as a whiteout.</summary>
    UnsupportedFile = 604,

    /// <summary>A step was found in a cache, but none of its results could be loaded.</summary>
    ResultNotLoadable = 701,

    /// <summary>Other writers moved a tag again and again during a merge into it. Transient: the same export may succeed later.</summary>
    TagContended = 702,

    /// <summary>A tag holds something that is not a cache, such as an image, and was not replaced.</summary>
    TagNotCache = 703,
}
