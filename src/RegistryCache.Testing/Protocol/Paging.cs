using System.Globalization;
using System.Text;

namespace RegistryCache.Testing.Protocol;

/// <summary>Where pages of lists begin and how long they are.</summary>
internal static class Paging
{
    /// <summary>The number of a parameter; <see langword="null"/> if it is absent, −1 if it is no number.</summary>
    public static int? ReadSize(string? text) => string.IsNullOrEmpty(text)
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    public static string Hide(string last) => Convert.ToBase64String(Encoding.UTF8.GetBytes(last)).Replace('+', '-').Replace('/', '_');

    /// <summary>What a token hides; <see langword="null"/> if it is none.</summary>
    public static string? Find(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token.Replace('-', '+').Replace('_', '/'), bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : null;
    }
}
