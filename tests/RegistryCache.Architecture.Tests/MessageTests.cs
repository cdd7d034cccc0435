using System.Text;
using System.Text.RegularExpressions;

namespace RegistryCache.Architecture.Tests;

/// <summary>Every message of an error, as a list to read, and the rules that a machine can check.</summary>
public sealed partial class MessageTests
{
    private const string GluedMark = "GLUED:";

    private static readonly Lazy<IReadOnlyList<(string Place, string Text)>> All = new(() =>
        [.. SourceFiles().SelectMany(MessagesIn).OrderBy(static m => m.Place, StringComparer.Ordinal)]);

    [Test]
    public void The_messages_of_all_errors_are_a_list_to_read()
    {
        foreach (var (place, text) in All.Value)
            TestContext.Out.WriteLine($"{place}: {text}");
        Assert.That(All.Value, Has.Count.GreaterThan(350), "the scan finds fewer messages than there were");
    }

    [Test]
    public void No_two_sentences_run_together()
    {
        var offences = All.Value.Where(static m => Literals(m.Text).Any(static l => RunTogether().IsMatch(l)) || m.Text.Contains(GluedMark, StringComparison.Ordinal)).Select(static m => $"{m.Place}: {m.Text}");

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void A_message_that_is_made_whole_ends_like_a_sentence()
    {
        var offences = All.Value.Where(static m => Whole().IsMatch(m.Text) && !EndsLikeSentence().IsMatch(m.Text)).Select(static m => $"{m.Place}: {m.Text}");

        Assert.That(offences, Is.Empty);
    }

    // A sentence that starts without a space, or two spaces. A name with a dot in it, such as that of an option, starts with a capital.
    [GeneratedRegex("""\b[a-z]+[.?!][A-Z][a-z]+ |[a-z.]  [A-Za-z]|[a-z]\.\. """)]
    private static partial Regex RunTogether();

    [GeneratedRegex("""\{[^{}"]*\}""")]
    private static partial Regex Hole();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Literal();

    // A literal that goes on in the next one without a space.
    [GeneratedRegex("""[^\s({\[/=}'"]"\s*\+\s*\$?"[^\s)}\]{,.;:?!/'"]""")]
    private static partial Regex Glued();

    // The types whose constructor takes the message as it is shown.
    [GeneratedRegex("""^new (RegistryCacheException|CacheFormatException|CacheStorageException|LayerFormatException|RegistryTransferException|UsageException)\(""")]
    private static partial Regex Whole();

    [GeneratedRegex("""[.?…!}]"[)\s]*(, [^"]*)?\)$|Message|[Hh]int|Advice|problem|text""")]
    private static partial Regex EndsLikeSentence();

    [GeneratedRegex("""\bnew (?:\w*Exception)\(|\bnew\(RegistryCacheErrorCode\.|\b(?:throw|=>|\?\?) (?:\w+\.)?(?:Invalid|Unsafe|Corrupt|Failed|Changed|Error|Mismatch|Unsuitable|Protocol|Malformed)\(""")]
    private static partial Regex Start();

    [GeneratedRegex("""(?<!\\)"\s*\+\s*\$?"|\s+""")]
    private static partial Regex Join();

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(static f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static IEnumerable<(string Place, string Text)> MessagesIn(string file)
    {
        var source = File.ReadAllText(file);
        foreach (Match start in Start().Matches(source))
        {
            var call = Call(source, start.Index, source.IndexOf('(', start.Index));
            if (!call.Contains('"', StringComparison.Ordinal))
                continue;
            var line = 1 + source.AsSpan(0, start.Index).Count('\n');
            var text = Join().Replace(call, static m => m.Value.Contains('+', StringComparison.Ordinal) ? "" : " ");
            yield return ($"{Path.GetRelativePath(Repository.Root, file)}:{line}", Glued().IsMatch(call) ? $"{GluedMark} {text}" : text);
        }
    }

    /// <summary>The texts in a call, without the holes of interpolations.</summary>
    private static IEnumerable<string> Literals(string call) => Literal().Matches(Hole().Replace(call, "x")).Select(static m => m.Value);

    /// <summary>The call up to its closing parenthesis. Parentheses in texts come in pairs.</summary>
    private static string Call(string source, int from, int open)
    {
        var depth = 0;
        var call = new StringBuilder(source, from, open - from, source.Length);
        for (var i = open; i < source.Length; i++)
        {
            call.Append(source[i]);
            depth += source[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                break;
        }

        return call.ToString();
    }
}
