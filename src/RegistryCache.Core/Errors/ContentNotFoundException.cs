namespace RegistryCache;

/// <summary>A blob or manifest that is needed does not exist where it should be.</summary>
public sealed class ContentNotFoundException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="content">The digest or tag that was asked for.</param>
    /// <param name="store">The store that was asked, as a person would name it.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public ContentNotFoundException(string content, string store, Exception? innerException = null)
        : base(RegistryCacheErrorCode.ContentNotFound, $"{content} does not exist in {store}.", innerException)
    {
        Content = content;
        Store = store;
    }

    /// <summary>The digest or tag that was asked for.</summary>
    public string Content { get; }

    /// <summary>The store that was asked.</summary>
    public string Store { get; }
}
