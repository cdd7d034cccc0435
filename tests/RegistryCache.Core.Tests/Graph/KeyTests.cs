namespace RegistryCache.Core.Tests.Graph;

/// <summary>Digests that BuildKit itself computed.</summary>
internal sealed class KeyTests
{
    private static readonly Digest Operation = Digest.OfText("x");

    [TestCase(0, "sha256:84f6c2dd14d5ae40708384b27671a228773bbd30b9f57189376785ede8817786")]
    [TestCase(1, "sha256:5f7beaf90852b6223845fbec68361760e65bc777ed6ec8923ad57816aea15ee6")]
    public void A_record_digest_is_that_of_the_operation_and_the_output(int output, string expected) =>
        Assert.That(CacheRecord.DigestOf(Operation, output).ToString(), Is.EqualTo(expected));

    [Test]
    public void A_content_key_uses_the_reserved_output() =>
        Assert.That(
            CacheRecord.DigestOfContent(Operation).ToString(),
            Is.EqualTo("sha256:1910d4a4cb8bff34471ef5504b2b65074f3fdf887b2cfd5b97ef550d817e35f9"));

    [TestCase("/a", "sha256:6a50dc8584134c7de537c0052ff6d236bf874355e050c90523e0c5ff2a543a28")]
    [TestCase("/", "sha256:8a5edab282632443219e051e4ade2d1d5bbc671c781051bf1437897cbdfea0f1")]
    public void A_selector_is_the_digest_of_the_path(string path, string expected) =>
        Assert.That(CacheLink.SelectorOf(path), Is.EqualTo(expected));

    [Test]
    public void Paths_of_a_selector_are_joined_with_NUL() =>
        Assert.That(CacheLink.SelectorOf("/a", "/b"), Is.EqualTo(Digest.OfText("/a\0/b").ToString()));

    [Test]
    public void No_path_is_the_empty_selector_and_not_a_digest_of_nothing() => Assert.That(CacheLink.SelectorOf(), Is.Empty);

    [Test]
    public void A_path_with_NUL_is_refused_since_it_would_read_as_two() =>
        Assert.That(() => CacheLink.SelectorOf("/a\0/b"), Throws.ArgumentException);

    [Test]
    public void The_reserved_output_cannot_be_asked_for_as_an_output() =>
        Assert.That(() => CacheRecord.DigestOf(Operation, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
}
