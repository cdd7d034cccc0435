using System.Globalization;

namespace RegistryCache.Core.Errors;

/// <summary>A cache parameter text, one of its keys or values is wrong, or two of them contradict each other.</summary>
public sealed class CacheParameterException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong, without the text.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="position">Where in the text, from 0.</param>
    /// <param name="length">How many characters are wrong.</param>
    /// <param name="key">The key, if the problem is about one.</param>
    /// <param name="suggestion">The nearest valid name, if there is one.</param>
    public CacheParameterException(string problem, string text, int position, int length, string? key = null, string? suggestion = null)
        : base(RegistryCacheErrorCode.InvalidParameter, Describe(problem, text, position, suggestion))
    {
        Text = text;
        Position = position;
        Length = length;
        Key = key;
        Suggestion = suggestion;
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>Where in the text the problem is, from 0.</summary>
    public int Position { get; }

    /// <summary>How many characters are wrong; 0 at the end of the text.</summary>
    public int Length { get; }

    /// <summary>The key that the problem is about, or <see langword="null"/>.</summary>
    public string? Key { get; }

    /// <summary>The nearest valid name, or <see langword="null"/>.</summary>
    public string? Suggestion { get; }

    /// <summary>Two lines for a terminal: the text, and carets under the problem.</summary>
    public string Excerpt
    {
        get
        {
            var line = new string([.. Text.Select(c => char.IsControl(c) ? '\ufffd' : c)]);
            return $"{line}\n{new string(' ', Position)}{new string('^', Math.Max(1, Length))}";
        }
    }

    private static string Describe(string problem, string text, int position, string? suggestion) => string.Create(
        CultureInfo.InvariantCulture,
        $"{problem} at position {position} of '{ErrorText.Quote(text)}'{(suggestion is null ? "." : $"; did you mean '{suggestion}'?")}");
}
