using System.Text.RegularExpressions;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>The documents of the tool, and the commands that they show.</summary>
internal static partial class DocumentedCommands
{
    public const string CommandLine = "docs/command-line.md";
    public const string Tool = "registry-cache";

    public static string Read(string document) => File.ReadAllText(Path.Combine(Checkout.Root, document)).ReplaceLineEndings("\n");

    /// <summary>The lines of a document's console blocks that call the tool, as words.</summary>
    public static IReadOnlyList<string[]> Of(string document) =>
    [
        .. ConsoleBlock().Matches(Read(document)).SelectMany(m => m.Groups[1].Value.Split('\n'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0 && words[0] == Tool),
    ];

    /// <summary>A section of a document, from its heading to the next one of the same depth.</summary>
    public static string Section(string document, string heading)
    {
        var text = Read(document);
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.That(start, Is.Not.Negative, $"{document} has no section '{heading}'");
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    /// <summary>The rows of a section's tables, each as its cells, without the heads.</summary>
    public static IReadOnlyList<string[]> Rows(string document, string heading) =>
    [
        .. Section(document, heading).Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) || Digits().IsMatch(line))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
    ];

    /// <summary>The options that a text names.</summary>
    public static IReadOnlyList<string> Options(string text) => [.. Option().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex("^\\| \\d")]
    private static partial Regex Digits();

    [GeneratedRegex("(?<![\\w-])--[a-z][a-z-]*")]
    private static partial Regex Option();
}
