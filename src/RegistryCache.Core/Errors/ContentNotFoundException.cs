namespace RegistryCache;

/// <summary>A blob or manifest that is needed does not exist where it should be.</summary>
/// <param name="content">The digest or tag that was asked for.</param>
/// <param name="store">The store that was asked, as a person would name it.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class ContentNotFoundException(string content, string store, Exception? innerException = null)
    : RegistryCacheException(RegistryCacheErrorCode.ContentNotFound, $"{content} does not exist in {store}.", innerException)
{
    /// <summary>The digest or tag that was asked for.</summary>
    public string Content { get; } = content;

    /// <summary>The digest, when <see cref="Content"/> says more than that.</summary>
    internal string? Digest { get; init; }

    /// <summary>The store that was asked.</summary>
    public string Store { get; } = store;
}
