using System.Text.RegularExpressions;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>
/// The code under docs is quoted from files that are compiled and run. A comment above a block names the file and its region:
/// <c>&lt;!-- from: tests/…/Some.cs#region --&gt;</c>. With REGISTRYCACHE_WRITE_QUOTES=1 the documents are written instead.
/// </summary>
internal sealed partial class QuoteTests
{
    private static readonly string[] Quoted = ["csharp", "xml"];

    // Blocks of command lines are run by other tests, and plain text stands for nothing that runs.
    private static readonly string[] NotQuoted = ["console", "sh", "text", "json", "mermaid"];

    // The tests of RegistryCache.Testing compare its guide with their own code.
    private static readonly string[] HeldElsewhere = ["docs/guides/test-harness.md"];

    private static IEnumerable<string> Paths => Document.Paths.Except(HeldElsewhere)
        .Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && !path.StartsWith("docs/adr/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Paths))]
    public void Code_of_a_document_is_what_its_source_has(string path)
    {
        var document = Document.Read(path);
        if (Environment.GetEnvironmentVariable("REGISTRYCACHE_WRITE_QUOTES") == "1")
            File.WriteAllText(Document.Full(path), Rewritten(document));
        using (Assert.EnterMultipleScope())
        {
            foreach (var block in Document.Read(path).Blocks)
            {
                Assert.That(block.Language, Is.AnyOf([.. Quoted, .. NotQuoted]), "every block names its language");
                if (Quoted.Contains(block.Language))
                    Assert.That(block.From, Is.Not.Empty, $"this block names no source:\n{block.Text}");
                if (block.From.Length > 0)
                    Assert.That(block.Text, Is.EqualTo(Region(block.From)), block.From);
            }
        }
    }

    /// <summary>A block of the language <c>console</c> promises that a test runs it; commands that no test runs are <c>sh</c>.</summary>
    [Test]
    public void A_console_block_has_only_commands_that_a_test_runs()
    {
        var others = Document.Paths.SelectMany(path => Document.Read(path).Blocks.Where(block => block.Language == "console")
            .SelectMany(block => block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => line.Split(' ')[0] != DocumentedCommands.Tool).Select(line => $"{path}: {line}"));
        Assert.That(others, Is.Empty);
    }

    [Test]
    public void Every_line_of_a_region_counts_and_its_indentation_does_not()
    {
        const string Source = "class A\n{\n    #region one\n    int a;\n\n      int b;\n    #endregion\n}\n<x>\n  <!-- region two -->\n  <y />\n  <!-- endregion -->\n</x>\n";
        Assert.That(Cut(Source, "one"), Is.EqualTo("int a;\n\n  int b;\n"));
        Assert.That(Cut(Source, "two"), Is.EqualTo("<y />\n"));
        Assert.That(Cut(Source, "three"), Is.Null);
    }

    private static string Rewritten(Document document) => document.Blocks.Where(block => block.From.Length > 0).Aggregate(
        document.Text,
        (text, block) => text.Replace(
            $"<!-- from: {block.From} -->\n```{block.Language}\n{block.Text}```",
            $"<!-- from: {block.From} -->\n```{block.Language}\n{Region(block.From)}```",
            StringComparison.Ordinal));

    private static string Region(string from)
    {
        var parts = from.Split('#');
        Assert.That(parts, Has.Length.EqualTo(2), $"{from}: a source is FILE#REGION");
        Assert.That(parts[0], Does.StartWith("tests/").Or.StartWith("samples/"), $"{from}: a source is tested");
        var region = Cut(File.ReadAllText(Document.Full(parts[0])).ReplaceLineEndings("\n"), parts[1]);
        Assert.That(region, Is.Not.Null.And.Not.Empty, $"{from}: there is no such region");
        return region!;
    }

    private static string? Cut(string source, string name)
    {
        var match = Regions().Matches(source).SingleOrDefault(m => m.Groups["name"].Value == name);
        if (match is null)
            return null;
        var lines = match.Groups["text"].Value.TrimEnd('\n').Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length == 0 ? line : line[indent..]) + "\n"));
    }

    [GeneratedRegex(@"^[ \t]*(?:#region|<!-- region) (?<name>[\w-]+)(?: -->)?\n(?<text>.*?)^[ \t]*(?:#endregion|<!-- endregion -->)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Regions();
}
