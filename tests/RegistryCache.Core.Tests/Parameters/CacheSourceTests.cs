using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>Every key of <c>--cache-from</c>: parameters.md §2 and §3.</summary>
internal sealed class CacheSourceTests
{
    private const string Hex = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Test]
    public void A_registry_source_has_a_reference_and_may_be_insecure() =>
        Assert.That(
            CacheSource.Parse("type=registry,ref=r.io/a:t,registry.insecure=1"),
            Is.EqualTo(CacheSource.Registry("r.io/a:t", insecure: true)));

    [Test]
    public void A_source_may_name_a_digest()
    {
        var source = (RegistryCacheSource)CacheSource.Parse($"type=registry,ref=a:t@sha256:{Hex}");
        Assert.That(source.Reference.Digest, Is.EqualTo(Digest.Parse("sha256:" + Hex)));
    }

    [Test]
    public void A_local_source_has_a_directory_a_tag_and_a_digest()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CacheSource.Parse("type=local,src=d"), Is.EqualTo(CacheSource.Local("d")));
            Assert.That(
                CacheSource.Parse($"type=local,src=d,tag=nightly,digest=sha256:{Hex}"),
                Is.EqualTo(CacheSource.Local("d", "nightly", Digest.Parse("sha256:" + Hex))));
        }
    }

    [TestCase("type=registry", "ref")]
    [TestCase("type=registry,ref=", "ref")]
    [TestCase("type=registry,ref=a,registry.insecure=", "registry.insecure")]
    [TestCase("type=local", "src")]
    [TestCase("type=local,src=", "src")]
    [TestCase("type=local,src=d,tag=", "tag")]
    [TestCase("type=local,src=d,digest=", "digest")]
    [TestCase("type=local,src=d,digest=sha256:abc", "digest")]
    [TestCase("type=local,src=d,digest=sha256:../../../etc/passwd", "digest")]
    [TestCase("type=inline", "type")]
    [TestCase("type=s3,bucket=b", "type")]
    public void What_is_wrong_is_an_error_in_both_modes(string text, string key)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfSource(text).Key, Is.EqualTo(key));
            Assert.That(ParameterErrors.OfSource(text, ParameterErrors.Buildx).Key, Is.EqualTo(key));
        }
    }

    [Test]
    public void Reading_an_inline_cache_is_explained() =>
        Assert.That(ParameterErrors.OfSource("type=inline").Message, Does.Contain("type=registry,ref="));

    [TestCase("type=registry,ref=a,mode=max", "mode", null, "--cache-to")]
    [TestCase("type=registry,ref=a,dest=d", "dest", null, "--cache-to")]
    [TestCase("type=local,src=d,dest=e", "dest", null, "--cache-to")]
    [TestCase("type=local,src=d,tga=e", "tga", "tag", "")]
    [TestCase("type=registry,ref=a,rfe=b", "rfe", "ref", "")]
    public void An_unknown_key_is_an_error_and_ignored_by_buildx(string text, string key, string? suggestion, string hint)
    {
        var error = ParameterErrors.OfSource(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo(key));
            Assert.That(error.Suggestion, Is.EqualTo(suggestion));
            Assert.That(error.Message, Does.Contain(hint));
            Assert.That(() => CacheSource.Parse(text, ParameterErrors.Buildx), Throws.Nothing);
        }
    }
}
