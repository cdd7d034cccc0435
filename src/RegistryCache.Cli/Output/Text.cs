using System.Globalization;

namespace RegistryCache.Cli.Output;

/// <summary>Formats sizes, ages and digests for people.</summary>
internal static class Text
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || value >= 100 ? $"{value:0}" : $"{value:0.0}")} {Units[unit]}");
    }

    public static string Short(Digest digest) => $"{digest.AlgorithmName}:{digest.Hex[..12]}";

    public static string Short(string digest) => Digest.TryParse(digest, out var parsed) ? Short(parsed) : digest;

    /// <summary>The key of the folder that a record is of, or its digest.</summary>
    public static string Name(CacheRecord record) =>
        FolderCache.KeyOf(record) is { } key ? $"key {ErrorText.Quote(key)}" : Short(record.Digest);

    public static string Age(CacheTime? time, DateTimeOffset now)
    {
        if (time is not { IsZero: false } known || known.ToDateTimeOffset() is not { } at)
            return "age unknown";
        return Span(now - at) + " old";
    }

    public static string Ago(DateTimeOffset? time, DateTimeOffset now) => time is { } at ? Span(now - at) + " ago" : "";

    private static string Span(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{Math.Max(0, time.TotalSeconds):0} s",
        { TotalHours: < 1 } => $"{time.TotalMinutes:0} min",
        { TotalDays: < 2 } => $"{time.TotalHours:0} h",
        _ => $"{time.TotalDays:0} days",
    };

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>A time that is only known roughly.</summary>
    public static string Duration(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds switch
    {
        < 100 => $"{Math.Ceiling(seconds):0} s",
        < 6000 => $"{seconds / 60:0} min",
        < 360_000 => $"{seconds / 3600:0} h",
        _ => "days",
    }}");

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    public static string Ratio(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}");

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count, string noun) => Count(count, noun, noun + "s");

    public static string Count(long count, string noun, string nouns) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : nouns)}");

    public static string Mode(CacheMode mode) => mode == CacheMode.Max ? "max" : "min";

    public static string Form(CacheManifestForm form, bool isInline) => (isInline ? "inline in " : "") + form switch
    {
        CacheManifestForm.ImageManifest => "image-manifest",
        CacheManifestForm.OciIndex => "oci-index",
        _ => "docker-manifest-list",
    };
}
