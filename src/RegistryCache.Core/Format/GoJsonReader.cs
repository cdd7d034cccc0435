using System.Buffers;
using System.Text;
using System.Text.Json;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Format;

/// <summary>Reads JSON as tolerantly, and as strictly, as Go's encoding/json: unknown members are skipped, names match without case,
/// <c>null</c> leaves a value as it is, numbers are plain integers, invalid UTF-8 becomes U+FFFD. Every error says where it is.</summary>
internal ref struct GoJsonReader
{
    private readonly string _what;
    private readonly RegistryCacheErrorCode _code;
    private Utf8JsonReader _json;

    public GoJsonReader(ReadOnlySpan<byte> utf8, string what, RegistryCacheErrorCode code)
    {
        // Go allows a nesting of 10,000.
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 10_000 });
        _what = what;
        _code = code;
    }

    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>Moves to the first token.</summary>
    public void Start() => Advance();

    /// <summary>Checks that nothing follows the value.</summary>
    public void End()
    {
        try
        {
            if (_json.Read())
                throw Error("there is text after the end of the JSON");
        }
        catch (JsonException e)
        {
            throw Error("there is text after the end of the JSON", e);
        }
    }

    /// <summary>Whether the current value is an object to read. <c>null</c> is not; every other value is an error.</summary>
    public readonly bool BeginObject(string name) => Begin(JsonTokenType.StartObject, name, "an object");

    /// <summary>Whether the current value is an array to read. <c>null</c> is not; every other value is an error.</summary>
    public readonly bool BeginArray(string name) => Begin(JsonTokenType.StartArray, name, "an array");

    /// <summary>Moves to the value of the next member, or past the object.</summary>
    public bool NextMember(out string name)
    {
        Advance();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = Text();
        Advance();
        return true;
    }

    /// <summary>Moves to the next element, or past the array.</summary>
    public bool NextElement()
    {
        Advance();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Moves past the current value.</summary>
    public void Skip()
    {
        try
        {
            _json.Skip();
        }
        catch (JsonException e)
        {
            throw Error("the JSON is malformed", e);
        }
    }

    public readonly string String(string name, string current)
    {
        if (IsNull)
            return current;
        return _json.TokenType == JsonTokenType.String ? Text() : throw Error($"'{name}' must be a string");
    }

    public readonly byte[]? Base64(string name, byte[]? current)
    {
        if (IsNull)
            return current;
        var text = String(name, "");
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Error($"'{name}' is not base64");
    }

    /// <summary>Replaces the content of a list by an array of strings; <c>null</c> empties it.</summary>
    public void Strings(string name, List<string> into)
    {
        into.Clear();
        if (!BeginArray(name))
            return;
        while (NextElement())
            into.Add(String(name, ""));
    }

    public readonly long Integer(string name, long current)
    {
        if (IsNull)
            return current;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value)
            ? value
            : throw Error($"'{name}' must be a plain integer");
    }

    public readonly int Index(string name, int current)
    {
        var value = Integer(name, current);

        // A number that does not fit into an int is out of the range of every list.
        return value is < int.MinValue or > int.MaxValue ? int.MinValue : (int)value;
    }

    public readonly bool Boolean(string name, bool current) => _json.TokenType switch
    {
        JsonTokenType.Null => current,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Error($"'{name}' must be true or false"),
    };

    public readonly CacheTime Time(string name, CacheTime current)
    {
        if (IsNull)
            return current;
        var text = String(name, "");
        return CacheTime.TryParse(text, out var time) ? time : throw Error($"'{name}' is not an RFC 3339 time: '{ErrorText.Quote(text)}'");
    }

    public readonly CacheFormatException Error(string problem, Exception? inner = null) =>
        new(_code, $"{_what} is malformed: {problem}, near byte {_json.TokenStartIndex}.", inner);

    /// <summary>Whether a member's name is this one, as Go folds it.</summary>
    public static bool Is(string name, string lowerCase)
    {
        if (name.Length != lowerCase.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            // U+017F and U+212A are the two characters outside ASCII that fold to a letter inside it.
            var c = name[i] switch { 'ſ' => 's', '\u212a' => 'k', var other => char.ToLowerInvariant(other) };
            if (c != char.ToLowerInvariant(lowerCase[i]))
                return false;
        }

        return true;
    }

    private readonly bool Begin(JsonTokenType type, string name, string kind)
    {
        if (_json.TokenType == type)
            return true;
        return IsNull ? false : throw Error($"'{name}' must be {kind}");
    }

    private void Advance()
    {
        try
        {
            if (!_json.Read())
                throw Error("it ends too early");
        }
        catch (JsonException e)
        {
            throw Error("the JSON is malformed", e);
        }
    }

    private readonly string Text()
    {
        var raw = _json.ValueSpan;
        if (!_json.ValueIsEscaped && Ascii.IsValid(raw))
            return Encoding.ASCII.GetString(raw);
        var text = new StringBuilder(raw.Length);
        while (!raw.IsEmpty)
            raw = raw[(raw[0] == '\\' ? Unescape(raw, text) : Decode(raw, text))..];
        return text.ToString();
    }

    private static int Decode(ReadOnlySpan<byte> raw, StringBuilder text)
    {
        if (Rune.DecodeFromUtf8(raw, out var rune, out var consumed) == OperationStatus.Done)
        {
            text.Append(rune.ToString());
            return consumed;
        }

        text.Append('\ufffd');
        return 1;
    }

    private static int Unescape(ReadOnlySpan<byte> raw, StringBuilder text)
    {
        if (raw[1] != 'u')
        {
            text.Append((char)raw[1] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
            return 2;
        }

        var first = Hex(raw[2..6]);
        if (!char.IsSurrogate(first))
        {
            text.Append(first);
            return 6;
        }

        if (char.IsHighSurrogate(first) && raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u' && char.IsLowSurrogate(Hex(raw[8..12])))
        {
            text.Append(first).Append(Hex(raw[8..12]));
            return 12;
        }

        text.Append('\ufffd');
        return 6;
    }

    private static char Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var d in digits)
            value = value * 16 + (d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
        return (char)value;
    }
}
