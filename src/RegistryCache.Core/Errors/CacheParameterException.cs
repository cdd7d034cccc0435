using System.Globalization;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>A cache parameter text, one of its keys or values is wrong, or two of them contradict each other.</summary>
public sealed class CacheParameterException : RegistryCacheException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong, without the text.</param>
    /// <param name="text">The whole text. A user and a password in it are hidden.</param>
    /// <param name="position">Where in the text, from 0.</param>
    /// <param name="length">How many characters are wrong.</param>
    /// <param name="key">The key, if the problem is about one.</param>
    /// <param name="suggestion">The nearest valid name, if there is one.</param>
    public CacheParameterException(string problem, string text, int position, int length, string? key = null, string? suggestion = null)
        : base(RegistryCacheErrorCode.InvalidParameter, Describe(problem, text, position, suggestion))
    {
        Text = UserInfo.Hide(text);
        Position = UserInfo.Move(text, position);
        Length = UserInfo.Move(text, position + length) - Position;
        Key = IsHidden(text, position) ? null : key;
        Suggestion = suggestion;
    }

    /// <summary>The whole text; a user and a password in it are hidden.</summary>
    public string Text { get; }

    /// <summary>Where in <see cref="Text"/> the problem is, from 0.</summary>
    public int Position { get; }

    /// <summary>How many characters are wrong; 0 at the end of the text.</summary>
    public int Length { get; }

    /// <summary>The key that the problem is about, or <see langword="null"/>.</summary>
    public string? Key { get; }

    /// <summary>The nearest valid name, or <see langword="null"/>.</summary>
    public string? Suggestion { get; }

    /// <summary>Two lines for a terminal: the text, and carets under the problem.</summary>
    public string Excerpt => $"{ErrorText.Clean(Text)}\n{new string(' ', Position)}{new string('^', Math.Max(1, Length))}";

    private static string Describe(string problem, string text, int position, string? suggestion)
    {
        // What the problem quotes can be a part of the password.
        var first = problem.IndexOf('\'', StringComparison.Ordinal);
        if (first >= 0 && UserInfo.Find(text) is not null)
            problem = string.Concat(problem.AsSpan(0, first + 1), "REDACTED", problem.AsSpan(problem.LastIndexOf('\'')));
        var end = suggestion is null ? "." : $"; did you mean '{suggestion}'?";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{problem} at position {UserInfo.Move(text, position)} of '{ErrorText.QuoteReference(text)}'{end}");
    }

    private static bool IsHidden(string text, int position) =>
        UserInfo.Find(text) is var (start, end) && position > start && position <= end;
}
