using System.Diagnostics.CodeAnalysis;

namespace RegistryCache.Core.Content;

/// <summary>What a parser found: a value or an error, never both and never neither.</summary>
/// <typeparam name="T">The value's type.</typeparam>
internal sealed class ParseResult<T>
    where T : class
{
    internal ParseResult(T value) => Value = value;

    internal ParseResult(ParseError error) => Error = error;

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Value is not null;

    /// <summary>The value; <see langword="null"/> after an error.</summary>
    public T? Value { get; }

    /// <summary>The error; <see langword="null"/> after success.</summary>
    public ParseError? Error { get; }
}
