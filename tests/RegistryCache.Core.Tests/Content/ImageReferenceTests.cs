using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Tests.Content;

public sealed class ImageReferenceTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestCase("foo", "docker.io/library/foo:latest")]
    [TestCase("foo/bar", "docker.io/foo/bar:latest")]
    [TestCase("docker.io/foo", "docker.io/library/foo:latest")]
    [TestCase("index.docker.io/foo", "docker.io/library/foo:latest")]
    [TestCase("Docker.IO/foo", "Docker.IO/foo:latest")]
    [TestCase("localhost/foo", "localhost/foo:latest")]
    [TestCase("localhost:5000/foo", "localhost:5000/foo:latest")]
    [TestCase("foo:5000/bar", "foo:5000/bar:latest")]
    [TestCase("foo.com", "docker.io/library/foo.com:latest")]
    [TestCase("foo.com:5000", "docker.io/library/foo.com:5000")]
    [TestCase("foo.com/bar:5000", "foo.com/bar:5000")]
    [TestCase("Foo/bar", "Foo/bar:latest")]
    [TestCase("FOO/bar", "FOO/bar:latest")]
    [TestCase("foo:TAG", "docker.io/library/foo:TAG")]
    [TestCase("foo:tag@" + Sha, "docker.io/library/foo:tag@" + Sha)]
    [TestCase("foo@" + Sha, "docker.io/library/foo@" + Sha)]
    [TestCase("[::1]:5000/foo", "[::1]:5000/foo:latest")]
    [TestCase("foo__bar", "docker.io/library/foo__bar:latest")]
    [TestCase("foo--bar", "docker.io/library/foo--bar:latest")]
    public void References_are_normalised_as_BuildKit_does(string text, string expected)
    {
        var reference = ImageReference.Parse(text);

        Assert.That(reference.ToString(), Is.EqualTo(expected));
        Assert.That(ImageReference.Parse(expected), Is.EqualTo(reference));
    }

    [TestCase("FOO", 0)]
    [TestCase("foo/Bar", 4)]
    [TestCase("foo@sha256:abc", 4)]
    [TestCase("foo@md5:d41d8cd98f00b204e9800998ecf8427e", 4)]
    [TestCase("[fe80::1%eth0]:5000/foo", 0)]
    [TestCase("http://foo/bar", 4)]
    [TestCase("", 0)]
    [TestCase("-foo", 0)]
    [TestCase("foo:", 4)]
    [TestCase("foo:.x", 4)]
    [TestCase("foo..bar/x", 4)]
    [TestCase("foo___bar", 5)]
    [TestCase("foo_.bar", 4)]
    [TestCase("foo_bar.com/x", 3)]
    [TestCase("foo-", 4)]
    [TestCase("foo.com/", 8)]
    [TestCase("foo:tag/x", 3)]
    [TestCase("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0)]
    public void Malformed_references_are_errors_with_a_position(string text, int position)
    {
        var result = ImageReference.TryParse(text);

        Assert.That(result.Value, Is.Null);
        Assert.That(result.Error!.Position, Is.EqualTo(position), result.Error.Message);
        Assert.That(() => ImageReference.Parse(text), Throws.TypeOf<CacheFormatException>()
            .With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidReference));
    }

    [Test]
    public void The_limits_are_128_characters_for_a_tag_and_255_for_a_path()
    {
        Assert.That(ImageReference.TryParse("a/b:" + new string('t', 128)).Value, Is.Not.Null);
        Assert.That(ImageReference.TryParse("a/b:" + new string('t', 129)).Value, Is.Null);
        Assert.That(ImageReference.TryParse("a.b/" + new string('p', 255)).Value, Is.Not.Null);
        Assert.That(ImageReference.TryParse("a.b/" + new string('p', 256)).Value, Is.Null);
    }

    [TestCase("foo.com:5000", true)]
    [TestCase("foo.com/bar:5000", false)]
    [TestCase("foo:5000", false)]
    [TestCase("foo.com:v5", false)]
    public void A_numeric_tag_after_a_dotted_name_is_noticed(string text, bool expected) =>
        Assert.That(ImageReference.Parse(text).TagLooksLikePort, Is.EqualTo(expected));

    [TestCase("foo", "registry-1.docker.io")]
    [TestCase("Docker.IO/foo", "Docker.IO")]
    [TestCase("localhost:5000/foo", "localhost:5000")]
    public void Docker_Hub_is_contacted_under_its_wire_host(string text, string expected) =>
        Assert.That(ImageReference.Parse(text).WireHost, Is.EqualTo(expected));

    [Test]
    public void Tag_and_digest_can_be_replaced()
    {
        var digest = Digest.Parse(Sha);

        Assert.That(ImageReference.Parse("foo").WithTag("x").WithDigest(digest), Is.EqualTo(ImageReference.Parse("foo:x@" + Sha)));
        Assert.That(() => ImageReference.Parse("foo").WithTag("a/b"), Throws.TypeOf<CacheFormatException>());
    }

    [Test]
    public void Random_text_never_breaks_the_parser_and_positions_stay_in_range([Values(1, 2, 3)] int seed)
    {
        const string Alphabet = "aZ09._-:/@[]% \u00e9\u0130\ud800";
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string(random.GetItems<char>(Alphabet, random.Next(0, 24)));
            var result = ImageReference.TryParse(text);
            if (result.Value is not null)
                Assert.That(ImageReference.Parse(result.Value.ToString()), Is.EqualTo(result.Value), text);
            else if (result.Error!.Position < 0 || result.Error.Position + result.Error.Length > text.Length)
                Assert.Fail($"'{text}': {result.Error}");
        }
    }
}
