using RegistryCache.Core.Parameters;

namespace RegistryCache;

/// <summary>Where to read a cache from. Prints as the text that it can be parsed from; equal when all options are.</summary>
public abstract record CacheSource
{
    private protected CacheSource()
    {
    }

    /// <summary>Parses one source in <c>--cache-from</c> form: <c>type=registry,ref=…</c>, <c>type=local,src=…</c> or a bare reference.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or names no source or several.</exception>
    public static CacheSource Parse(string text, CacheParameterOptions? options = null) => ParseMany(text, options) is [var source]
        ? source
        : throw new CacheParameterException("Expected exactly one cache source", text, 0, text.Length);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no source, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public static IReadOnlyList<CacheSource> ParseMany(string text, CacheParameterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. CacheEntry.ParseMany(text).Select(e => CacheSourceBinder.Bind(e, options ?? CacheParameterOptions.Strict))];
    }

    /// <summary>The text form.</summary>
    public sealed override string ToString() => CacheEntry.Print(Type, Attributes());

    private protected abstract string Type { get; }

    private protected abstract IEnumerable<KeyValuePair<string, string>> Attributes();
}
