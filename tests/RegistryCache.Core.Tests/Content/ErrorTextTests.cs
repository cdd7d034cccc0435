using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RegistryCache.Core.Tests.Content;

/// <summary>The one cleaner, over all of Unicode.</summary>
public sealed class ErrorTextTests
{
    [Test]
    public void Every_character_of_a_bad_category_is_replaced_and_escaped_in_JSON()
    {
        for (var value = 0; value <= 0x10ffff; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var rune = new Rune(value);
            var isBad = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (isBad)
                Assert.That(ErrorText.Clean(rune.ToString()), Is.EqualTo("\ufffd"), $"U+{value:X}");
            if (isBad && value >= 0x7f)
                Assert.That(JsonSerializer.Deserialize<string>(ErrorText.EscapeJson($"\"{rune}\"")), Is.EqualTo(rune.ToString()), $"U+{value:X}");
        }

        Assert.That(ErrorText.Clean("a\ud800b\udc00"), Is.EqualTo("a\ufffdb\ufffd"));
        Assert.That(ErrorText.Clean("Grüße 日本 \U0001F600 e\u0301"), Is.EqualTo("Grüße 日本 \U0001F600 e\u0301"));
    }

    [Test]
    public void Every_exception_of_ours_has_a_clean_message() =>
        Assert.That(new RegistryCacheException(RegistryCacheErrorCode.Unspecified, "a\u001b[2J\r\nb\u202ec\u200b").Message, Is.EqualTo("a\ufffd[2J\ufffd\ufffdb\ufffdc\ufffd"));

    [TestCase("Permission denied: '/path'", "Permission denied: '/path'.")]
    [TestCase("No space left on device. ", "No space left on device.")]
    [TestCase("Why?", "Why?")]
    [TestCase("cut off…", "cut off…")]
    [TestCase("two\nlines", "two\ufffdlines.")]
    [TestCase("", "")]
    [TestCase(null, "")]
    public void What_the_system_says_ends_like_a_sentence(string? text, string sentence) =>
        Assert.That(ErrorText.Sentence(text), Is.EqualTo(sentence));

    [Test]
    public void A_long_text_is_cut_between_characters() =>
        Assert.That(ErrorText.Quote("aaa\U0001F600b", 4), Is.EqualTo("aaa…"));
}
