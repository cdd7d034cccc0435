namespace RegistryCache.Cli.Tests.Documents;

/// <summary>Every link of a document leads somewhere. The site's builder checks the pages under docs once more.</summary>
internal sealed class LinkTests
{
    private static IEnumerable<string> Paths => Document.Paths;

    [TestCaseSource(nameof(Paths))]
    public void Every_link_leads_to_a_file_and_a_heading(string path)
    {
        var document = Document.Read(path);
        Assert.That(document.Links.Where(IsOfThisRepository).Select(link => Problem(document, link)).OfType<string>(), Is.Empty);
    }

    [Test]
    public void Every_page_is_in_the_table_of_contents()
    {
        var contents = File.ReadAllText(Document.Full("docs/toc.yml"));
        var pages = Document.Paths.Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && !path.StartsWith("docs/adr/", StringComparison.Ordinal))
            .Select(path => path["docs/".Length..]).Where(path => path != "index.md");
        Assert.That(pages.Where(path => !contents.Contains($"href: {path}\n", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("[a](glossary.md#adding-a-word-of-nobody)", "has no heading")]
    [TestCase("[a](absent.md)", "is not there")]
    [TestCase("[a](Glossary.md)", "is not there")]
    [TestCase("[a](../../outside.md)", "is not there")]
    [TestCase("<img src=\"images/absent.svg\">", "is not there")]
    public void A_link_to_nothing_is_found(string text, string problem)
    {
        var document = new Document("docs/page.md", text);
        Assert.That(document.Links.Select(link => Problem(document, link)), Has.Exactly(1).Contains(problem));
    }

    [Test]
    public void A_link_in_code_is_no_link() => Assert.That(new Document("docs/page.md", "`[a](b)`\n```text\n[c](d)\n```\n").Links, Is.Empty);

    private static bool IsOfThisRepository(string link) => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal);

    private static string? Problem(Document document, string link)
    {
        var (file, anchor) = link.Split('#') is [var left, var right] ? (left, right) : (link, "");
        var target = document.Path;
        if (file.Length > 0)
        {
            var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Document.Full(document.Path))!, file));
            target = Path.GetRelativePath(Document.Root, full).Replace('\\', '/');
            if (!Exists(target))
                return $"{link}: {target} is not there";
        }

        return anchor.Length == 0 || Document.Read(target).Anchors.Contains(anchor) ? null : $"{link}: {target} has no heading '{anchor}'";
    }

    /// <summary>Whether a file or directory exists under exactly this name, also where the file system ignores case.</summary>
    private static bool Exists(string path)
    {
        var directory = Document.Root;
        foreach (var name in path.Split('/'))
        {
            if (!Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any(entry => Path.GetFileName(entry) == name))
                return false;
            directory = Path.Combine(directory, name);
        }

        return true;
    }
}
