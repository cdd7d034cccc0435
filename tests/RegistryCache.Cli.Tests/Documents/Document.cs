using System.Text.RegularExpressions;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>One document of the repository: its links, the anchors of its headings, and its blocks.</summary>
internal sealed partial record Document(string Path, string Text)
{
    public static string Root => Checkout.Root;

    /// <summary>Every document that people read, by its path from the root: those of the root, of docs, and of the packages.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. Directory.GetFiles(Root, "*.md")
            .Concat(Directory.GetFiles(Full("docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetDirectories(Full("src")).SelectMany(package => Directory.GetFiles(package, "README.md")))
            .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>The targets of all links and pictures, without those in code.</summary>
    public IEnumerable<string> Links => Link().Matches(Prose).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value);

    /// <summary>The anchors of the headings, as GitHub and docfx name them.</summary>
    public IReadOnlyList<string> Anchors => [.. Heading().Matches(Fence().Replace(Text, "")).Select(m => Slug(m.Groups[1].Value))];

    public IEnumerable<Block> Blocks => Fence().Matches(Text).Select(m => new Block(m.Groups["from"].Value, m.Groups["language"].Value, m.Groups["text"].Value));

    private string Prose => InlineCode().Replace(Fence().Replace(Text, ""), "");

    public static Document Read(string path) => new(path, File.ReadAllText(Full(path)).ReplaceLineEndings("\n"));

    public static string Full(string path) => System.IO.Path.Combine(Root, path);

    private static string Slug(string heading) =>
        NotInSlug().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?\)|<(?:img|a) [^>]*(?:src|href)=""([^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?:<!-- from: (?<from>\S+) -->\n)?^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInSlug();

    /// <summary>A block of code, its language, and the place that it quotes: <c>path#region</c>, or nothing.</summary>
    internal sealed record Block(string From, string Language, string Text);
}
