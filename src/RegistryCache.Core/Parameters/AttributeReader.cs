using System.Globalization;

namespace RegistryCache.Core.Parameters;

/// <summary>Reads the values of an entry, each problem with its place in the text.</summary>
internal sealed class AttributeReader(CacheEntry entry, CacheParameterOptions options)
{
    private static readonly LayerCompression[] BuiltIn =
        [LayerCompression.Gzip, LayerCompression.Zstd, LayerCompression.EStargz, LayerCompression.Uncompressed];

    public CacheParameterOptions Options => options;

    /// <summary>Refuses keys that nobody reads, unless buildx would not mind.</summary>
    public void CheckKeys(string[] known, string[] elsewhere, string elsewhereHint)
    {
        if (options.BuildxCompatible)
            return;
        foreach (var attribute in entry.Attributes)
        {
            if (known.Contains(attribute.Key))
                continue;
            var suggestion = NearestName.Of(attribute.Key, known);
            var hint = elsewhere.Contains(attribute.Key) ? $" ({elsewhereHint})" : "";
            throw AtKey(attribute, $"'{ErrorText.Quote(attribute.Key)}' is not a key of type={entry.Type}{hint}", hint.Length == 0 ? suggestion : null);
        }
    }

    public string Required(string key, string what)
    {
        var attribute = entry.Find(key);
        if (attribute?.Value.Contains('\0', StringComparison.Ordinal) ?? false)
            throw AtValue(attribute, $"{key} has a NUL character");
        return attribute is { Value.Length: > 0 }
            ? attribute.Value
            : throw new CacheParameterException($"{key}={what} is missing", entry.Text, attribute?.ValuePosition ?? entry.Text.Length, 0, key);
    }

    public string Text(string key, string absent) => entry.Find(key)?.Value ?? absent;

    public bool Has(string key) => entry.Find(key) is not null;

    /// <summary>A reference that was checked to be there.</summary>
    public ImageReference Reference(string key)
    {
        var attribute = entry.Find(key)!;
        var result = ImageReference.TryParse(attribute.Value);
        if (result.Error is { } error)
        {
            throw new CacheParameterException(
                $"{key} is not an image reference: {error.Message.TrimEnd('.')}", entry.Text, attribute.ValuePosition + error.Position, error.Length, key, error.Suggestion);
        }

        var reference = result.Value!;
        if (reference.TagLooksLikePort)
            options.OnWarning?.Invoke($"'{attribute.Value}' names the image {reference} on Docker Hub: what looks like a port is its tag. Add the repository: {attribute.Value}/name.");
        return reference;
    }

    /// <summary>A boolean in one of Go's ten spellings. Source: Go strconv.ParseBool.</summary>
    public bool Boolean(string key, bool absent, bool? empty = null) => OptionalBoolean(key, empty) ?? absent;

    public bool? OptionalBoolean(string key, bool? empty = null)
    {
        var attribute = entry.Find(key);
        return attribute?.Value switch
        {
            null => null,
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            "" when empty is not null => empty,
            _ => throw AtValue(attribute, $"{key} is true or false, not '{ErrorText.Quote(attribute.Value)}'"),
        };
    }

    /// <summary>A boolean that BuildKit takes for false when it cannot read it.</summary>
    public bool LenientBoolean(string key)
    {
        try
        {
            return Boolean(key, absent: false);
        }
        catch (CacheParameterException) when (options.BuildxCompatible)
        {
            return false;
        }
    }

    public CacheMode? Mode(string key)
    {
        var attribute = entry.Find(key);
        switch (attribute?.Value)
        {
            case null:
                return null;
            case "min":
                return CacheMode.Min;
            case "max":
                return CacheMode.Max;
            default:
                return options.BuildxCompatible
                    ? CacheMode.Min
                    : throw AtValue(attribute, $"{key} is min or max, not '{ErrorText.Quote(attribute.Value)}'", NearestName.Of(attribute.Value, ["min", "max"]));
        }
    }

    public LayerCompression Compression(string key)
    {
        var attribute = entry.Find(key);
        if (attribute is null)
            return LayerCompression.Gzip;
        var known = BuiltIn.Concat(options.OtherCompressions).ToList();
        var index = known.FindIndex(c => c.Name == attribute.Value);
        return index >= 0 ? known[index] : throw AtValue(
            attribute,
            $"{key} is {string.Join(", ", known.SkipLast(1))} or {known[^1]}, not '{ErrorText.Quote(attribute.Value)}'",
            NearestName.Of(attribute.Value, known.Select(c => c.Name)));
    }

    public int? Level(string key, LayerCompression compression)
    {
        var attribute = entry.Find(key);
        if (attribute is null)
            return null;
        if (!long.TryParse(attribute.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level))
            throw AtValue(attribute, $"{key} is an integer, not '{ErrorText.Quote(attribute.Value)}'");
        if (CompressionLevels.Of(compression) is not { } range)
            return (int)Math.Clamp(level, int.MinValue, int.MaxValue);
        if (options.BuildxCompatible)
        {
            if (range.Maximum == 0 || (compression != LayerCompression.Zstd && level == -1))
                return null;

            // Go's -2 is Huffman coding without matches: its fastest. There is no such level here; 1 is the fastest that compresses.
            if (compression != LayerCompression.Zstd && level == -2)
                return 1;
            if (compression == LayerCompression.Zstd)
                return (int)Math.Clamp(level, range.Minimum, range.Maximum);
        }

        if (range.Maximum == 0)
            throw AtKey(attribute, $"{key} means nothing with compression={compression}");
        return level >= range.Minimum && level <= range.Maximum
            ? (int)level
            : throw AtValue(attribute, $"{key} is {range.Minimum} to {range.Maximum} for compression={compression}, not {level}");
    }

    public CacheParameterException AtValue(string key, string problem, string? suggestion = null) => AtValue(entry.Find(key)!, problem, suggestion);

    private CacheParameterException AtKey(CacheAttribute attribute, string problem, string? suggestion = null) =>
        new(problem, entry.Text, attribute.KeyPosition, attribute.KeyLength, attribute.Key, suggestion);

    private CacheParameterException AtValue(CacheAttribute attribute, string problem, string? suggestion = null) =>
        new(problem, entry.Text, attribute.ValuePosition, attribute.Value.Length, attribute.Key, suggestion);
}
