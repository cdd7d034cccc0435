namespace RegistryCache.Core.Content;

/// <summary>Why a text could not be parsed, and where.</summary>
internal sealed record ParseError
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong and what to do, in one sentence without the parsed text.</param>
    /// <param name="position">The offset of the first wrong character: 0 to the length of the text.</param>
    /// <param name="length">How many characters are wrong; 0 where something is missing.</param>
    public ParseError(string message, int position, int length = 0)
    {
        Message = message;
        Position = position;
        Length = length;
    }

    /// <summary>What is wrong and what to do.</summary>
    public string Message { get; }

    /// <summary>The offset of the first wrong character in UTF-16 units: 0 to the length of the text.</summary>
    public int Position { get; }

    /// <summary>How many UTF-16 units are wrong; 0 where something is missing.</summary>
    public int Length { get; }

    /// <summary>The parameter that is wrong; <see langword="null"/> outside of parameters, or when no single one is at fault.</summary>
    public string? Key { get; init; }

    /// <summary>The nearest valid name; <see langword="null"/> if none is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The same error in a longer text.</summary>
    /// <param name="offset">Where the parsed text starts in the longer one.</param>
    internal ParseError Shift(int offset) => new(Message, Position + offset, Length) { Key = Key, Suggestion = Suggestion };
}
