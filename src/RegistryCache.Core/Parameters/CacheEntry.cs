namespace RegistryCache.Core.Parameters;

/// <summary>A <c>--cache-to</c> or <c>--cache-from</c> text, split. The last of equal keys wins. Source: buildx util/buildflags.</summary>
internal sealed class CacheEntry
{
    private const string TypeKey = "type";
    private readonly Dictionary<string, CacheAttribute> _attributes;

    private CacheEntry(string text, string type, int typePosition, IEnumerable<CacheAttribute> attributes)
    {
        Text = text;
        Type = type;
        TypePosition = typePosition;
        _attributes = new Dictionary<string, CacheAttribute>(StringComparer.Ordinal);
        foreach (var attribute in attributes)
            _attributes[attribute.Key] = attribute;
    }

    public string Text { get; }

    public string Type { get; }

    public int TypePosition { get; }

    public IEnumerable<CacheAttribute> Attributes => _attributes.Values;

    public CacheAttribute? Find(string key) => _attributes.GetValueOrDefault(key);

    /// <summary>Splits a text. Without any <c>=</c> it is a list of references, each an entry; an empty text has no entry.</summary>
    public static IReadOnlyList<CacheEntry> ParseMany(string text)
    {
        if (text.Length == 0)
            return [];
        var fields = CsvFieldReader.Read(text);
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return [.. fields.Select(f => new CacheEntry(
                text, "registry", 0, [new CacheAttribute("ref", f.Value, f.PositionOf(0), f.PositionOf(0))]))];
        }

        return [Parse(text, fields)];
    }

    /// <summary>Prints an entry as buildx does: a registry with nothing but a reference is that reference.</summary>
    public static string Print(string type, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        var sorted = attributes.OrderBy(a => a.Key, StringComparer.Ordinal).ToList();
        return type == "registry" && sorted is [{ Key: "ref" } reference]
            ? reference.Value
            : string.Join(',', sorted.Select(a => Quote($"{a.Key}={a.Value}")).Prepend($"{TypeKey}={type}"));
    }

    private static CacheEntry Parse(string text, List<CsvField> fields)
    {
        var attributes = new List<CacheAttribute>();
        foreach (var field in fields)
        {
            var equals = field.Value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new CacheParameterException(
                    $"'{ErrorText.Quote(field.Value)}' is not key=value", text, field.PositionOf(0), field.Value.Length);
            attributes.Add(new CacheAttribute(
                field.Value[..equals].ToLowerInvariant(), field.Value[(equals + 1)..], field.PositionOf(0), field.PositionOf(equals + 1)));
        }

        var type = attributes.FindLast(a => a.Key == TypeKey);
        if (type is null || type.Value.Length == 0)
            throw new CacheParameterException("type=… is missing, such as type=registry", text, type?.ValuePosition ?? 0, 0, TypeKey);
        return new CacheEntry(text, type.Value, type.ValuePosition, attributes.Where(a => a.Key != TypeKey));
    }

    // Without quotes, a reader would drop a line end at the end of the text.
    private static string Quote(string pair) =>
        pair.AsSpan().ContainsAny(',', '"') || pair.EndsWith('\n') ? $"\"{pair.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : pair;
}
