using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

public sealed class PathGlobTests
{
    [TestCase("*.tmp", "a.tmp", true)]
    [TestCase("*.tmp", "deep/er/a.tmp", true)]
    [TestCase("/*.tmp", "deep/a.tmp", false)]
    [TestCase("/*.tmp", "a.tmp", true)]
    [TestCase("src/*.cs", "src/a.cs", true)]
    [TestCase("src/*.cs", "x/src/a.cs", false)]
    [TestCase("src/*.cs", "src/sub/a.cs", false)]
    [TestCase("src/**/*.cs", "src/a.cs", true)]
    [TestCase("src/**/*.cs", "src/b/c/a.cs", true)]
    [TestCase("**/obj", "obj", true)]
    [TestCase("**/obj", "a/b/obj", true)]
    [TestCase("**/obj", "a/objx", false)]
    [TestCase("a/**", "a/b/c", true)]
    [TestCase("a?c", "abc", true)]
    [TestCase("a?c", "ac", false)]
    [TestCase("[a-c]x", "bx", true)]
    [TestCase("[a-c]x", "dx", false)]
    [TestCase("[!a-c]x", "dx", true)]
    [TestCase("[^a-c]x", "ax", false)]
    [TestCase("[]]x", "]x", true)]
    [TestCase("[x", "[x", true)]
    [TestCase("[-a]", "-", true)]
    [TestCase("\\*", "*", true)]
    [TestCase("\\*", "x", false)]
    [TestCase("*a*b*c*", "xxaxxbxxcxx", true)]
    [TestCase("Readme", "README", false)]
    public void Matches_as_documented(string pattern, string path, bool expected) =>
        Assert.That(PathGlob.Parse(pattern).Matches(path, isDirectory: false), Is.EqualTo(expected));

    [Test]
    public void A_slash_at_the_end_is_for_directories() => Assert.Multiple(() =>
    {
        Assert.That(PathGlob.Parse("bin/").Matches("a/bin", isDirectory: true), Is.True);
        Assert.That(PathGlob.Parse("bin/").Matches("a/bin", isDirectory: false), Is.False);
    });

    [Test]
    public void A_pattern_that_backtracks_without_end_elsewhere_ends_here() =>
        Assert.That(PathGlob.Parse(string.Concat(Enumerable.Repeat("*a", 50)) + "b").Matches(new string('a', 5000), false), Is.False);

    [TestCase("..")]
    [TestCase("a/../b")]
    [TestCase("/")]
    public void Patterns_that_lead_out_are_refused(string pattern) =>
        Assert.That(() => PathGlob.Parse(pattern), Throws.ArgumentException);
}
