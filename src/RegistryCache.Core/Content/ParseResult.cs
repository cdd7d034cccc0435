namespace RegistryCache.Core.Content;

/// <summary>What a parser found: a value or an error, never both and never neither.</summary>
internal sealed class ParseResult<T>
    where T : class
{
    internal ParseResult(T value) => Value = value;

    internal ParseResult(ParseError error) => Error = error;

    public T? Value { get; }

    public ParseError? Error { get; }
}
