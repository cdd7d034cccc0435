using System.Globalization;

namespace RegistryCache.Oci.Uploads;

/// <summary>The header <c>Range</c> of an upload: <c>0-&lt;last byte&gt;</c>, sometimes with <c>bytes=</c> before it. <c>0-0</c> can mean
/// none or one byte.</summary>
internal static class UploadRange
{
    /// <summary>The number of bytes that the registry reports, or <see langword="null"/> if the header cannot be read.</summary>
    public static long? Read(string? header)
    {
        if (header is null)
            return null;
        var text = header.AsSpan().Trim();
        if (text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            text = text[6..];
        var dash = text.IndexOf('-');
        if (dash < 0 || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from != 0
            || !long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last == long.MaxValue)
            return null;

        // Sending one byte twice is harmless. Leaving one out is not.
        return last == 0 ? 0 : last + 1;
    }
}
