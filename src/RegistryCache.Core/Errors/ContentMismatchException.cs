namespace RegistryCache;

/// <summary>Content does not have the size or the digest that was promised. What was read must not be used.</summary>
/// <param name="code"><see cref="RegistryCacheErrorCode.SizeMismatch"/> or <see cref="RegistryCacheErrorCode.DigestMismatch"/>.</param>
/// <param name="what">What was read, for example <c>blob sha256:…</c>.</param>
/// <param name="expected">The promised size or digest.</param>
/// <param name="actual">The size or digest that was found.</param>
public sealed class ContentMismatchException(RegistryCacheErrorCode code, string what, string expected, string actual)
    : RegistryCacheException(
        code, $"{what}: expected {expected}, got {actual}. The content is damaged or was replaced; it was not used.")
{
    /// <summary>The promised size in bytes, or the promised digest.</summary>
    public string Expected { get; } = expected;

    /// <summary>The size in bytes, or the digest, that was found.</summary>
    public string Actual { get; } = actual;
}
