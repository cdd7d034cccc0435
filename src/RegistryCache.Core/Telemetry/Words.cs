using System.Text;

namespace RegistryCache.Core.Telemetry;

/// <summary>Names of values as telemetry writes them: <c>input-mismatch</c>.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var words = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append('-');
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
