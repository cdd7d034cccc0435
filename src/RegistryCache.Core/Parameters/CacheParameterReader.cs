using System.Globalization;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Parameters;

namespace RegistryCache.Storage;

/// <summary>The parameters of one <c>--cache-from</c> or <c>--cache-to</c> text, for an <see cref="ICacheKind"/>.</summary>
/// <remarks>Each error says where in the text the problem is.</remarks>
public sealed class CacheParameterReader
{
    private readonly CacheEntry _entry;
    private readonly CacheParameterOptions _options;

    internal CacheParameterReader(CacheEntry entry, CacheParameterOptions options)
    {
        _entry = entry;
        _options = options;
    }

    /// <summary>See <see cref="CacheParameterOptions.BuildxCompatible"/>.</summary>
    public bool BuildxCompatible => _options.BuildxCompatible;

    /// <summary>Whether the text has a key.</summary>
    /// <param name="key">The key, in lower case.</param>
    public bool Has(string key) => _entry.Find(key) is not null;

    /// <summary>The value of a key, or <paramref name="absent"/>.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <param name="absent">The value when the text does not have the key.</param>
    public string Text(string key, string absent) => _entry.Find(key)?.Value ?? absent;

    /// <summary>The value of a key that must be there and must not be empty or have a NUL character.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <param name="what">What the value is, for the error, such as <c>DIRECTORY</c>.</param>
    /// <exception cref="CacheParameterException">It is missing, empty or has a NUL character.</exception>
    public string Required(string key, string what)
    {
        var attribute = _entry.Find(key);
        if (attribute?.Value.Contains('\0', StringComparison.Ordinal) ?? false)
            throw Error(key, $"{key} has a NUL character");
        return attribute is { Value.Length: > 0 }
            ? attribute.Value
            : throw new CacheParameterException($"{key}={what} is missing", _entry.Text,
                attribute?.ValuePosition ?? _entry.Text.Length, 0, key);
    }

    /// <summary>An image reference that must be there.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <exception cref="CacheParameterException">It is missing, or not a reference.</exception>
    public ImageReference Reference(string key)
    {
        var value = Required(key, "REFERENCE");
        var (reference, error) = ImageReference.TryParse(value);
        if (reference is null)
        {
            throw new CacheParameterException(
                $"{key} is not an image reference: {error!.Message.TrimEnd('.')}",
                _entry.Text, _entry.Find(key)!.ValuePosition + error.Position, error.Length, key);
        }

        if (reference.TagLooksLikePort)
            _options.OnWarning?.Invoke(
                $"'{value}' names the image {reference} on Docker Hub: what looks like a port is its tag. " +
                $"Add the repository: {value}/name.");
        return reference;
    }

    /// <summary>A digest, or <see langword="null"/> when the text does not have the key.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <exception cref="CacheParameterException">It is not a digest.</exception>
    public Digest? Digest(string key)
    {
        if (_entry.Find(key) is not { } attribute)
            return null;
        return RegistryCache.Digest.TryParse(attribute.Value, out var digest)
            ? digest
            : throw Error(key, $"{key} is not sha256:… with 64 lower-case hexadecimal digits");
    }

    /// <summary>A boolean, spelt as for Go's strconv.ParseBool; <see langword="null"/> when the text does not have the key.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <exception cref="CacheParameterException">It is not a boolean.</exception>
    public bool? Boolean(string key) => Boolean(key, empty: null);

    /// <summary>An error at the value of a key, or at the type when the text does not have the key.</summary>
    /// <param name="key">The key, in lower case; <c>type</c> for the type.</param>
    /// <param name="problem">What is wrong, without the text and without a full stop.</param>
    /// <param name="suggestion">The nearest valid name, if there is one.</param>
    public CacheParameterException Error(string key, string problem, string? suggestion = null) => _entry.Find(key) is { } attribute
        ? new(problem, _entry.Text, attribute.ValuePosition, attribute.Value.Length, attribute.Key, suggestion)
        : new(problem, _entry.Text, _entry.TypePosition, _entry.Type.Length, key, suggestion);

    /// <summary>An error at the value of a key that is none of some names. It lists them and suggests the nearest.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <param name="names">The names that are valid, at least one.</param>
    public CacheParameterException NoneOf(string key, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var value = Text(key, "");
        var list = names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
        return Error(key, $"{key} is {list}, not '{ErrorText.Quote(value)}'", NearestName.Of(value, names));
    }

    /// <summary>A boolean that may have an empty value.</summary>
    internal bool? Boolean(string key, bool? empty) => _entry.Find(key)?.Value switch
    {
        null => null,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        "" when empty is not null => empty,
        var value => throw Error(key, $"{key} is true or false, not '{ErrorText.Quote(value)}'"),
    };

    internal int? Integer(string key)
    {
        if (_entry.Find(key) is not { } attribute)
            return null;
        return long.TryParse(attribute.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? (int)Math.Clamp(value, int.MinValue, int.MaxValue)
            : throw Error(key, $"{key} is an integer, not '{ErrorText.Quote(attribute.Value)}'");
    }

    /// <summary>Refuses unknown keys, unless the text is read as buildx reads it.</summary>
    internal void CheckKeys(IReadOnlyList<string> known, Func<string, string?> whereItBelongs)
    {
        if (_options.BuildxCompatible || _entry.Attributes.FirstOrDefault(a => !known.Contains(a.Key)) is not { } attribute)
            return;
        var hint = whereItBelongs(attribute.Key);
        throw new CacheParameterException(
            $"'{ErrorText.Quote(attribute.Key)}' is not a key of type={_entry.Type}{(hint is null ? "" : $" (it belongs to {hint})")}",
            _entry.Text, attribute.KeyPosition, attribute.Key.Length, attribute.Key,
            hint is null ? NearestName.Of(attribute.Key, known) : null);
    }
}
