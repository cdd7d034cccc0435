using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Tests.Auth;

public sealed class ScopeAndRealmTests
{
    [Test]
    public void Scopes_unite_by_resource_and_come_out_sorted()
    {
        var scopes = ScopeSet.Parse("repository:z:pull repository:a:push").Union(ScopeSet.Parse("repository:z:push,pull"));

        Assert.That(scopes.Text, Is.EqualTo("repository:a:push repository:z:pull,push"));
    }

    [Test]
    public void The_name_of_a_resource_may_hold_a_port() =>
        Assert.That(ScopeSet.Parse("repository:host:5000/a:pull").Union(ScopeSet.Parse("repository:host:5000/a:push")).Text, Is.EqualTo("repository:host:5000/a:pull,push"));

    [TestCase("https://registry-1.docker.io/", "https://auth.docker.io/token", true)]
    [TestCase("https://ghcr.io/", "https://ghcr.io/token", true)]
    [TestCase("https://registry.gitlab.com/", "https://gitlab.com/jwt/auth", true)]
    [TestCase("https://registry.corp.example/", "https://gitlab.corp.example/jwt/auth", true)]
    [TestCase("https://reg.example.com/", "https://auth.reg.example.com/", true)]
    [TestCase("https://a.azurecr.io/", "https://b.azurecr.io/", false)]
    [TestCase("https://ghcr.io/", "https://evil.example/", false)]
    [TestCase("https://shop.co.uk/", "https://evil.co.uk/", false)]
    [TestCase("https://ghcr.io/", "https://ghcr.io.evil.example/", false)]
    [TestCase("http://127.0.0.1:5000/", "http://localhost:9000/", true)]
    public void Only_a_related_realm_may_see_the_credential(string registry, string realm, bool trusted) =>
        Assert.That(new RealmGuard([]).IsTrusted(RegistryUri.Create(registry), RegistryUri.Create(realm)), Is.EqualTo(trusted));

    [TestCase("http://ghcr.io/token")]
    [TestCase("ftp://ghcr.io/token")]
    [TestCase("https://user@ghcr.io/token")]
    [TestCase("https://169.254.169.254/latest")]
    [TestCase("https://localhost/token")]
    [TestCase("https://[fd00::1]/token")]
    [TestCase("token")]
    public void An_unsafe_realm_is_refused(string realm)
    {
        var error = Assert.Throws<RegistryTransferException>(() => RealmGuard.Check(RegistryUri.Create("https://ghcr.io/"), realm));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
    }

    [Test]
    public void Signed_urls_stay_as_they_are()
    {
        var uri = RegistryUri.Resolve(RegistryUri.Create("https://r.example/v2/"), "https://s3.example/a%7Eb/%2e%2e?sig=a%2fb%7E");

        Assert.That(uri.PathAndQuery, Is.EqualTo("/a%7Eb/%2e%2e?sig=a%2fb%7E"));
        Assert.That(RegistryUri.Redact(uri), Does.Not.Contain("a%2fb"));
    }

    [TestCase("/v2/x?a=1", "https://r.example/v2/x?a=1&digest=sha256%3Aab")]
    [TestCase("//s.example/y", "https://s.example/y?digest=sha256%3Aab")]
    [TestCase("z", "https://r.example/v2/u/z?digest=sha256%3Aab")]
    public void A_location_is_resolved_in_every_form(string location, string expected)
    {
        var uri = RegistryUri.Resolve(RegistryUri.Create("https://r.example/v2/u/"), location);

        Assert.That(RegistryUri.WithQuery(uri, "digest", "sha256:ab").OriginalString, Is.EqualTo(expected));
    }
}
