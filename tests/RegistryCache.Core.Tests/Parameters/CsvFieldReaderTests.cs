using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

internal sealed class CsvFieldReaderTests
{
    private static IEnumerable<TestCaseData> Texts()
    {
        yield return new TestCaseData("a", new[] { "a" });
        yield return new TestCaseData("a,b", new[] { "a", "b" });
        yield return new TestCaseData("a,", new[] { "a", "" });
        yield return new TestCaseData(",", new[] { "", "" });
        yield return new TestCaseData(",a", new[] { "", "a" });
        yield return new TestCaseData("\"a,b\"", new[] { "a,b" });
        yield return new TestCaseData("\"a\",", new[] { "a", "" });
        yield return new TestCaseData("\"a\"\"b\"", new[] { "a\"b" });
        yield return new TestCaseData("\"\"", new[] { "" });
        yield return new TestCaseData("\"\"\"\"", new[] { "\"" });
        yield return new TestCaseData(" a , b ", new[] { " a ", " b " });
        yield return new TestCaseData("a\n", new[] { "a" });
        yield return new TestCaseData("a\r\n", new[] { "a" });
        yield return new TestCaseData("a\n\n", new[] { "a\n" });
        yield return new TestCaseData("a\nb", new[] { "a\nb" });
        yield return new TestCaseData("\"a\n\"", new[] { "a\n" });
        yield return new TestCaseData("\"a\"\n", new[] { "a" });
        yield return new TestCaseData("a\r", new[] { "a\r" });
    }

    [TestCaseSource(nameof(Texts))]
    public void A_line_is_split_as_BuildKit_does(string text, string[] fields) =>
        Assert.That(CsvFieldReader.Read(text).Select(f => f.Value), Is.EqualTo(fields));

    [TestCase("a\"b", 1)]
    [TestCase("ref=\"a,b\"", 4)]
    [TestCase("a,b\"", 3)]
    [TestCase(" \"a\"", 1)]
    [TestCase("\"a", 0)]
    [TestCase("b,\"a", 2)]
    [TestCase("\"", 0)]
    [TestCase("\"a\"b", 3)]
    [TestCase("\"a\" ,b", 3)]
    [TestCase("", 0)]
    [TestCase("\n", 0)]
    [TestCase("\r\n", 0)]
    public void A_bad_quote_or_an_empty_line_is_an_error_at_its_place(string text, int position)
    {
        var error = Assert.Throws<CacheParameterException>(() => CsvFieldReader.Read(text))!;
        Assert.That(error.Position, Is.EqualTo(position));
    }

    [Test]
    public void Positions_inside_a_quoted_field_count_its_doubled_quotes()
    {
        const string Text = "x,\"a\"\"b\"\"c\"";
        var field = CsvFieldReader.Read(Text)[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(field.Value, Is.EqualTo("a\"b\"c"));
            Assert.That(Text[field.PositionOf(0)], Is.EqualTo('a'));
            Assert.That(Text[field.PositionOf(2)], Is.EqualTo('b'));
            Assert.That(Text[field.PositionOf(4)], Is.EqualTo('c'));
        }
    }
}
