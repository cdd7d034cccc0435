namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Parses one source in <c>--cache-from</c> form, of any kind that this cache knows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or names no source or several.</exception>
    public virtual CacheSource ParseSource(string text, CacheParameterOptions? options = null) => _texts.Source(text, options);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no source, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public virtual IReadOnlyList<CacheSource> ParseSources(string text, CacheParameterOptions? options = null) =>
        _texts.Sources(text, options);

    /// <summary>Parses one target in <c>--cache-to</c> form, of any kind that this cache knows, and checks it against its codecs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, has not one target, or an unknown compression or level.</exception>
    public virtual CacheTarget ParseTarget(string text, CacheParameterOptions? options = null) => _texts.Target(text, options);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no target, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or asks for a compression or level that does not exist.</exception>
    public virtual IReadOnlyList<CacheTarget> ParseTargets(string text, CacheParameterOptions? options = null) =>
        _texts.Targets(text, options);
}
