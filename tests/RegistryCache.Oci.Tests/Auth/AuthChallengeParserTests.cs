using RegistryCache.Oci.Auth;

namespace RegistryCache.Oci.Tests.Auth;

public sealed class AuthChallengeParserTests
{
    [Test]
    public void A_bearer_challenge_gives_its_parameters()
    {
        var challenge = AuthChallengeParser.Parse(["""bEaReR Realm="https://auth.example/token", service=reg ,scope="repository:a/b:pull,push" """]).Single();

        Assert.That(challenge.IsBearer, Is.True);
        Assert.That(challenge.Realm, Is.EqualTo("https://auth.example/token"));
        Assert.That(challenge.Service, Is.EqualTo("reg"));
        Assert.That(challenge.Scope, Is.EqualTo("repository:a/b:pull,push"));
    }

    [Test]
    public void Several_challenges_on_one_line_and_on_several_lines_are_all_read()
    {
        var challenges = AuthChallengeParser.Parse(["""Basic realm="a, b", Bearer realm="c" """, "Negotiate"]);

        Assert.That(challenges.Select(c => c.Scheme), Is.EqualTo(["Basic", "Bearer", "Negotiate"]));
        Assert.That(challenges[0].Realm, Is.EqualTo("a, b"));
    }

    [Test]
    public void Backslash_escapes_are_undone() =>
        Assert.That(AuthChallengeParser.Parse(["""Basic realm="a\"b\\c" """]).Single().Realm, Is.EqualTo("""a"b\c"""));

    [TestCase("")]
    [TestCase(",,,")]
    [TestCase("Bearer realm=\"open")]
    [TestCase("=\"\\")]
    [TestCase("Bearer =x")]
    public void Rubbish_never_throws(string line) => Assert.That(() => AuthChallengeParser.Parse([line]), Throws.Nothing);
}
