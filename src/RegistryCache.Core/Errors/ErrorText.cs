using System.Text;

namespace RegistryCache.Core.Errors;

/// <summary>Foreign text inside a message: short, and without control characters that could rewrite a terminal or a log.</summary>
internal static class ErrorText
{
    private const int MaxLength = 120;

    public static string Quote(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var result = new StringBuilder(Math.Min(text.Length, MaxLength + 1));
        foreach (var c in text)
        {
            if (result.Length >= MaxLength)
                return result.Append('…').ToString();
            result.Append(char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? '\ufffd' : c);
        }

        return result.ToString();
    }
}
