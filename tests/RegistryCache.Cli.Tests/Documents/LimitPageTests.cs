using System.Globalization;
using RegistryCache.Compression;
using RegistryCache.Oci;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>The page of limits has the defaults of the code, and misses none.</summary>
internal sealed class LimitPageTests
{
    private const string Page = "docs/reference/limits.md";

    private static readonly object[] Defaults =
    [
        new CacheFormatLimits(), new LayerOptions(), new CompressionOptions(), new RestoreLimits(), new CacheExportOptions(),
        new FolderCacheOptions(), new RegistryClientOptions(), new OciLayoutOptions(),
    ];

    private static readonly Dictionary<string, string> Rows = Document.Read(Page).Text.Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => cells[2], StringComparer.Ordinal);

    private static IEnumerable<string> Names => Rows.Keys;

    [TestCaseSource(nameof(Names))]
    public void A_default_is_that_of_the_code(string name)
    {
        var parts = name.Split('.');
        var options = Defaults.SingleOrDefault(o => o.GetType().Name == parts[0]);
        var property = options?.GetType().GetProperty(parts[1]);
        Assert.That(property, Is.Not.Null, $"{name} is not an option");
        object? value = property!.GetValue(options) switch
        {
            TimeSpan time => time,
            null => null,
            var number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
        };
        Assert.That(Value(Rows[name]), Is.EqualTo(value));
    }

    [Test]
    public void Every_limit_has_its_row()
    {
        var limits = Defaults.SelectMany(options => options.GetType().GetProperties().Select(property => (options.GetType().Name, Property: property)))
            .Where(limit => limit.Property.Name.StartsWith("Max", StringComparison.Ordinal) && limit.Property.GetMethod!.IsPublic && !limit.Property.GetMethod.IsStatic)
            .Select(limit => $"{limit.Name}.{limit.Property.Name}");
        Assert.That(limits.Except(Rows.Keys), Is.Empty);
    }

    private static object? Value(string text) => text.Split(' ') switch
    {
        ["none"] => null,
        [var number] => Number(number),
        [var number, "KiB"] => Number(number) << 10,
        [var number, "MiB"] => Number(number) << 20,
        [var number, "GiB"] => Number(number) << 30,
        [var number, "ms"] => TimeSpan.FromMilliseconds(Number(number)),
        [var number, "s"] => TimeSpan.FromSeconds(Number(number)),
        [var number, "min"] => TimeSpan.FromMinutes(Number(number)),
        _ => throw new FormatException($"'{text}' is no default"),
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
