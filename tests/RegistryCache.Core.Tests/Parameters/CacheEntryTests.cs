using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>From text to attributes: parameters.md §1.</summary>
internal sealed class CacheEntryTests
{
    [TestCase("foo", "docker.io/library/foo:latest")]
    [TestCase("user/app:cache", "docker.io/user/app:cache")]
    [TestCase("localhost:5000/app", "localhost:5000/app:latest")]
    [TestCase("\"user/app:cache\"", "docker.io/user/app:cache")]
    [TestCase("user/app:cache\n", "docker.io/user/app:cache")]
    public void A_text_without_equals_sign_is_a_reference(string text, string reference)
    {
        var target = (RegistryCacheTarget)CacheTarget.Parse(text);
        var source = (RegistryCacheSource)CacheSource.Parse(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target, Is.EqualTo(CacheTarget.Registry(reference)));
            Assert.That(source, Is.EqualTo(CacheSource.Registry(reference)));
        }
    }

    [Test]
    public void Several_bare_references_are_several_entries() =>
        Assert.That(
            CacheSource.ParseMany("a,b:2"),
            Is.EqualTo(new[] { CacheSource.Registry("a"), CacheSource.Registry("b:2") }));

    [Test]
    public void An_empty_text_is_skipped()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CacheTarget.ParseMany(""), Is.Empty);
            Assert.That(CacheSource.ParseMany(""), Is.Empty);
        }
    }

    [TestCase("")]
    [TestCase("a,b")]
    public void One_entry_is_asked_for_where_there_are_none_or_two(string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => CacheTarget.Parse(text), Throws.TypeOf<CacheParameterException>());
            Assert.That(() => CacheSource.Parse(text), Throws.TypeOf<CacheParameterException>());
        }
    }

    [Test]
    public void A_value_may_contain_more_equals_signs() =>
        Assert.That(((LocalCacheTarget)CacheTarget.Parse("type=local,dest=a=b=c")).Directory, Is.EqualTo("a=b=c"));

    [Test]
    public void Keys_are_lower_cased_and_values_are_not()
    {
        var target = (LocalCacheTarget)CacheTarget.Parse("TYPE=local,Dest=A,MODE=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.Directory, Is.EqualTo("A"));
            Assert.That(target.Mode, Is.EqualTo(CacheMode.Max));
            Assert.That(ParameterErrors.OfTarget("type=Registry,ref=a").Suggestion, Is.EqualTo("registry"));
        }
    }

    [Test]
    public void The_last_of_equal_keys_wins_and_type_is_no_exception()
    {
        var target = (LocalCacheTarget)CacheTarget.Parse("type=registry,dest=a,mode=min,type=local,dest=b,MODE=max");
        Assert.That(target, Is.EqualTo(CacheTarget.Local("b") with { Mode = CacheMode.Max }));
    }

    [Test]
    public void A_bad_value_that_is_overridden_does_not_matter() =>
        Assert.That(CacheTarget.Parse("type=local,dest=a,mode=wrong,mode=max").Mode, Is.EqualTo(CacheMode.Max));

    [TestCase("type=registry,foo", "foo")]
    [TestCase("type=registry,", "")]
    [TestCase("foo,type=registry", "foo")]
    [TestCase(",ref=a", "")]
    public void A_field_without_equals_sign_is_an_error(string text, string marked)
    {
        var error = ParameterErrors.OfTarget(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.Marked(error), Is.EqualTo(marked));
            Assert.That(error.Message, Does.Contain("key=value"));
        }
    }

    [TestCase("ref=a")]
    [TestCase("type=,ref=a")]
    [TestCase("user/app:cache=1")]
    [TestCase("type=registry,ref=a,type=")]
    public void A_missing_or_empty_type_is_an_error(string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Key, Is.EqualTo("type"));
            Assert.That(ParameterErrors.OfSource(text, ParameterErrors.Buildx).Key, Is.EqualTo("type"));
        }
    }

    [Test]
    public void Spaces_belong_to_the_key()
    {
        var error = ParameterErrors.OfTarget("type=registry,ref=a, mode=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo(" mode"));
            Assert.That(error.Suggestion, Is.EqualTo("mode"));
            Assert.That(ParameterErrors.OfTarget(" type=registry,ref=a").Key, Is.EqualTo("type"));
        }
    }

    [Test]
    public void An_empty_key_is_accepted_by_buildx_and_an_error_otherwise()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CacheTarget.Parse("type=registry,ref=a,=v", ParameterErrors.Buildx), Is.EqualTo(CacheTarget.Registry("a")));
            Assert.That(ParameterErrors.OfTarget("type=registry,ref=a,=v").Position, Is.EqualTo(20));
        }
    }

    [Test]
    public void Quotes_stand_around_the_whole_field()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((LocalCacheTarget)CacheTarget.Parse("type=local,\"dest=a,b\"")).Directory, Is.EqualTo("a,b"));
            Assert.That(((LocalCacheTarget)CacheTarget.Parse("\"type=local\",\"dest=\"\"q\"\"\"")).Directory, Is.EqualTo("\"q\""));
            Assert.That(ParameterErrors.OfTarget("type=registry,ref=\"a,b\"").Position, Is.EqualTo(18));
        }
    }

    [Test]
    public void An_error_inside_a_quoted_field_points_at_the_value()
    {
        var error = ParameterErrors.OfTarget("type=registry,ref=a,\"mode=mx\"");
        Assert.That(ParameterErrors.Marked(error), Is.EqualTo("mx"));
    }

    [Test]
    public void A_port_that_is_read_as_a_tag_is_warned_of()
    {
        var warnings = new List<string>();
        var source = (RegistryCacheSource)CacheSource.Parse("foo.com:5000", new CacheParameterOptions { OnWarning = warnings.Add });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.Reference, Is.EqualTo(ImageReference.Parse("docker.io/library/foo.com:5000")));
            Assert.That(warnings, Has.Count.EqualTo(1));
            Assert.That(warnings[0], Does.Contain("foo.com:5000"));
        }
    }
}
