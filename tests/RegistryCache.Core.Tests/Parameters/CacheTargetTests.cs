using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>Every key of <c>--cache-to</c>: parameters.md §2 to §4.</summary>
internal sealed class CacheTargetTests
{
    private const string Registry = "type=registry,ref=r.io/a:t,";
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly string[] True = ["1", "t", "T", "true", "TRUE", "True"];
    private static readonly string[] False = ["0", "f", "F", "false", "FALSE", "False"];
    private static readonly string[] NoBoolean = ["yes", "on", "tRUE", " true", "true ", "2", "01", "True\0"];
    private static readonly string[] BooleanKeys = ["oci-mediatypes", "image-manifest", "force-compression", "ignore-error", "registry.insecure"];

    [Test]
    public void Defaults_are_those_of_BuildKit()
    {
        var registry = (RegistryCacheTarget)CacheTarget.Parse("type=registry,ref=a");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(registry.Mode, Is.Null);
            Assert.That(registry.OciMediaTypes, Is.True);
            Assert.That(registry.ImageManifest, Is.Null);
            Assert.That(registry.Form, Is.EqualTo(CacheManifestForm.ImageManifest));
            Assert.That(registry.Compression, Is.EqualTo(LayerCompression.Gzip));
            Assert.That(registry.CompressionLevel, Is.Null);
            Assert.That(registry.ForceCompression, Is.False);
            Assert.That(registry.IgnoreError, Is.False);
            Assert.That(registry.Insecure, Is.False);
            Assert.That(registry.Directory, Is.Null);
            Assert.That(CacheTarget.Parse("type=local,dest=d"), Is.EqualTo(CacheTarget.Local("d")));
        }
    }

    [Test]
    public void A_boolean_has_the_spellings_of_Go([ValueSource(nameof(BooleanKeys))] string key)
    {
        var prefix = key == "image-manifest" ? Registry : Registry + "image-manifest=false,";
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in True)
                Assert.That(Read((RegistryCacheTarget)CacheTarget.Parse(prefix + key + "=" + text), key), Is.True, text);
            foreach (var text in False)
                Assert.That(Read((RegistryCacheTarget)CacheTarget.Parse(prefix + key + "=" + text), key), Is.False, text);
        }
    }

    [Test]
    public void Anything_else_is_no_boolean([ValueSource(nameof(BooleanKeys))] string key, [ValueSource(nameof(NoBoolean))] string value)
    {
        var error = ParameterErrors.OfTarget(Registry + key + "=" + value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo(key));
            Assert.That(ParameterErrors.Marked(error), Is.EqualTo(value));
        }

        if (key == "ignore-error")
            Assert.That(CacheTarget.Parse(Registry + key + "=" + value, ParameterErrors.Buildx).IgnoreError, Is.False);
        else
            ParameterErrors.OfTarget(Registry + key + "=" + value, ParameterErrors.Buildx);
    }

    [Test]
    public void An_empty_force_compression_is_true_and_every_other_empty_boolean_an_error()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CacheTarget.Parse(Registry + "force-compression=").ForceCompression, Is.True);
            Assert.That(CacheTarget.Parse(Registry + "force-compression=", ParameterErrors.Buildx).ForceCompression, Is.True);
            foreach (var key in BooleanKeys.Where(k => k != "force-compression"))
                Assert.That(ParameterErrors.OfTarget(Registry + key + "=").Key, Is.EqualTo(key));
            Assert.That(ParameterErrors.OfTarget("type=local,dest=d,reset=").Key, Is.EqualTo("reset"));
            Assert.That(ParameterErrors.OfTarget("type=local,dest=d,reset=", ParameterErrors.Buildx).Key, Is.EqualTo("reset"));
        }
    }

    [TestCase("min", CacheMode.Min)]
    [TestCase("max", CacheMode.Max)]
    public void A_mode_is_min_or_max(string text, CacheMode mode) => Assert.That(CacheTarget.Parse(Registry + "mode=" + text).Mode, Is.EqualTo(mode));

    [TestCase("MAX", "max")]
    [TestCase("maxx", "max")]
    [TestCase("mni", "min")]
    [TestCase("", null)]
    [TestCase("everything", null)]
    public void Another_mode_is_an_error_and_min_for_buildx(string text, string? suggestion)
    {
        var error = ParameterErrors.OfTarget(Registry + "mode=" + text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo("mode"));
            Assert.That(error.Position, Is.EqualTo(Registry.Length + 5));
            Assert.That(error.Suggestion, Is.EqualTo(suggestion));
            Assert.That(CacheTarget.Parse(Registry + "mode=" + text, ParameterErrors.Buildx).Mode, Is.EqualTo(CacheMode.Min));
        }
    }

    [TestCase("", CacheManifestForm.ImageManifest)]
    [TestCase("oci-mediatypes=true", CacheManifestForm.ImageManifest)]
    [TestCase("image-manifest=false", CacheManifestForm.OciIndex)]
    [TestCase("oci-mediatypes=false", CacheManifestForm.DockerManifestList)]
    [TestCase("oci-mediatypes=false,image-manifest=false", CacheManifestForm.DockerManifestList)]
    public void The_media_type_options_make_a_form(string options, CacheManifestForm form) =>
        Assert.That(CacheTarget.Parse((Registry + options).TrimEnd(',')).Form, Is.EqualTo(form));

    [Test]
    public void Docker_types_and_an_image_manifest_contradict_each_other_in_both_modes()
    {
        const string Text = Registry + "oci-mediatypes=false,image-manifest=true";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(Text).Message, Does.Contain("oci-mediatypes=false"));
            Assert.That(ParameterErrors.OfTarget(Text, ParameterErrors.Buildx).Key, Is.EqualTo("image-manifest"));
        }
    }

    [Test]
    public void Docker_has_no_type_for_zstd_and_estargz_but_buildx_does_not_care([Values("zstd", "estargz")] string compression)
    {
        var text = $"{Registry}oci-mediatypes=false,compression={compression}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Key, Is.EqualTo("compression"));
            Assert.That(ParameterErrors.Texts.Target(text, ParameterErrors.Buildx).Compression.Name, Is.EqualTo(compression));
        }
    }

    [Test]
    public void Four_compressions_are_known_by_their_exact_names([Values("gzip", "zstd", "estargz", "uncompressed")] string name) =>
        Assert.That(ParameterErrors.Texts.Target(Registry + "compression=" + name).Compression.Name, Is.EqualTo(name));

    [TestCase("GZIP", "gzip")]
    [TestCase("gzipp", "gzip")]
    [TestCase("zst", "zstd")]
    [TestCase("stargz", "estargz")]
    [TestCase("nydus", null)]
    [TestCase("", null)]
    public void Another_compression_is_an_error_in_both_modes(string name, string? suggestion)
    {
        var error = ParameterErrors.OfTarget(Registry + "compression=" + name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo("compression"));
            Assert.That(error.Suggestion, Is.EqualTo(suggestion));
            Assert.That(error.Message, Does.Contain("gzip, zstd, estargz or uncompressed"));
            Assert.That(ParameterErrors.OfTarget(Registry + "compression=" + name, ParameterErrors.Buildx).Key, Is.EqualTo("compression"));
        }
    }

    [TestCase("compression=lz4,compression-level=77")]
    [TestCase("compression=gzip,compression-level=77")]
    public void Without_a_cache_every_well_formed_compression_and_level_is_taken(string options)
    {
        var target = CacheTarget.Parse(Registry + options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.CompressionLevel, Is.EqualTo(77));
            Assert.That(CacheTarget.Parse(target.ToString()), Is.EqualTo(target));
            Assert.That(() => CacheTarget.Parse(Registry + "compression=LZ4"), Throws.TypeOf<CacheParameterException>());
        }
    }

    [TestCase("gzip", "0", 0)]
    [TestCase("gzip", "9", 9)]
    [TestCase("gzip", "+6", 6)]
    [TestCase("gzip", "007", 7)]
    [TestCase("gzip", "-0", 0)]
    [TestCase("estargz", "0", 0)]
    [TestCase("estargz", "9", 9)]
    [TestCase("zstd", "0", 0)]
    [TestCase("zstd", "22", 22)]
    public void A_level_lies_in_the_range_of_its_compression(string compression, string level, int expected)
    {
        var text = $"{Registry}compression-level={level},compression={compression}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.Texts.Target(text).CompressionLevel, Is.EqualTo(expected));
            Assert.That(ParameterErrors.Texts.Target(text, ParameterErrors.Buildx).CompressionLevel, Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_type_that_only_BuildKit_has_is_known_but_not_here([Values("s3", "gha", "azblob")] string type, [Values] bool buildx)
    {
        var options = buildx ? ParameterErrors.Buildx : null;
        foreach (var error in new[] { ParameterErrors.OfTarget($"type={type},bucket=b", options), ParameterErrors.OfSource($"type={type},bucket=b", options) })
        {
            Assert.That(error.Message, Does.Contain($"type={type}").And.Contain("BuildKit").And.Contain("a package that adds the type").And.Contain("none yet"));
            Assert.That(ParameterErrors.Marked(error), Is.EqualTo(type));
        }
    }

    [TestCase("gzip", "10")]
    [TestCase("gzip", "-1")]
    [TestCase("gzip", "-2")]
    [TestCase("estargz", "42")]
    [TestCase("zstd", "23")]
    [TestCase("zstd", "-1")]
    [TestCase("zstd", "9223372036854775807")]
    public void A_level_out_of_range_is_an_error_that_names_the_range(string compression, string level)
    {
        var error = ParameterErrors.OfTarget($"{Registry}compression={compression},compression-level={level}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo("compression-level"));
            Assert.That(ParameterErrors.Marked(error), Is.EqualTo(level));
            Assert.That(error.Message, Does.Contain(compression == "zstd" ? "0 to 22" : "0 to 9"));
        }
    }

    [TestCase("zstd", "99", 22)]
    [TestCase("zstd", "-7", 0)]
    [TestCase("zstd", "-9223372036854775808", 0)]
    [TestCase("gzip", "-1", null)]
    [TestCase("estargz", "-1", null)]
    [TestCase("gzip", "-2", 1)]
    [TestCase("estargz", "-2", 1)]
    [TestCase("uncompressed", "5", null)]
    public void Buildx_takes_more_levels(string compression, string level, int? expected) =>
        Assert.That(
            ParameterErrors.Texts.Target($"{Registry}compression={compression},compression-level={level}", ParameterErrors.Buildx).CompressionLevel,
            Is.EqualTo(expected));

    [TestCase("gzip", "10")]
    [TestCase("gzip", "-3")]
    [TestCase("estargz", "42")]
    [TestCase("estargz", "-3")]
    public void A_level_that_would_fail_or_crash_a_daemon_is_refused_in_both_modes(string compression, string level) =>
        Assert.That(
            ParameterErrors.OfTarget($"{Registry}compression={compression},compression-level={level}", ParameterErrors.Buildx).Key,
            Is.EqualTo("compression-level"));

    [TestCase("")]
    [TestCase("high")]
    [TestCase(" 5")]
    [TestCase("5 ")]
    [TestCase("0x5")]
    [TestCase("1_0")]
    [TestCase("5.0")]
    [TestCase("9223372036854775808")]
    [TestCase("--5")]
    public void A_level_is_an_integer_in_both_modes(string level)
    {
        var text = $"{Registry}compression-level={level}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Key, Is.EqualTo("compression-level"));
            Assert.That(ParameterErrors.OfTarget(text, ParameterErrors.Buildx).Key, Is.EqualTo("compression-level"));
        }
    }

    [Test]
    public void A_level_for_uncompressed_contradicts_itself() =>
        Assert.That(ParameterErrors.OfTarget(Registry + "compression=uncompressed,compression-level=1").Key, Is.EqualTo("compression-level"));

    [Test]
    public void A_registry_needs_a_reference([Values("type=registry", "type=registry,ref=")] string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Key, Is.EqualTo("ref"));
            Assert.That(ParameterErrors.OfTarget(text, ParameterErrors.Buildx).Key, Is.EqualTo("ref"));
        }
    }

    [TestCase("FOO", "F")]
    [TestCase("http://foo/bar", null)]
    [TestCase("foo:", null)]
    [TestCase("foo@sha256:abc", null)]
    public void A_bad_reference_is_an_error_inside_the_value(string reference, string? marked)
    {
        var error = ParameterErrors.OfTarget($"type=registry,ref={reference},mode=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo("ref"));
            Assert.That(error.Position, Is.InRange(18, 18 + reference.Length));
            if (marked is not null)
                Assert.That(ParameterErrors.Marked(error), Is.EqualTo(marked));
        }
    }

    [Test]
    public void An_export_to_a_digest_is_refused([Values("foo@", "foo:t@")] string name) =>
        Assert.That(ParameterErrors.OfTarget($"type=registry,ref={name}{Digest}").Key, Is.EqualTo("ref"));

    [TestCase("type=registry,ref=a,dest=d", "docker.io/library/a:latest", "d")]
    [TestCase("type=registry,dest=d", null, "d")]
    public void A_registry_may_have_a_directory_beside_or_alone(string text, string? reference, string directory)
    {
        var target = (RegistryCacheTarget)CacheTarget.Parse(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.Reference?.ToString(), Is.EqualTo(reference));
            Assert.That(target.Directory, Is.EqualTo(directory));
        }
    }

    [Test]
    public void Buildx_ignores_the_directory_of_a_registry()
    {
        var target = (RegistryCacheTarget)CacheTarget.Parse("type=registry,ref=a,dest=d", ParameterErrors.Buildx);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.Directory, Is.Null);
            Assert.That(ParameterErrors.OfTarget("type=registry,dest=d", ParameterErrors.Buildx).Key, Is.EqualTo("ref"));
            Assert.That(ParameterErrors.OfTarget("type=registry,dest=").Key, Is.EqualTo("dest"));
            Assert.That(ParameterErrors.OfTarget("type=registry,ref=,dest=d").Key, Is.EqualTo("ref"));
        }
    }

    [Test]
    public void A_local_target_needs_a_directory([Values("type=local", "type=local,dest=")] string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Key, Is.EqualTo("dest"));
            Assert.That(ParameterErrors.OfTarget(text, ParameterErrors.Buildx).Key, Is.EqualTo("dest"));
        }
    }

    [Test]
    public void A_local_target_has_a_tag_and_a_reset() =>
        Assert.That(
            CacheTarget.Parse("type=local,dest=d,tag=any string/at all,reset=1"),
            Is.EqualTo(CacheTarget.Local("d", "any string/at all", reset: true)));

    [Test]
    public void An_empty_tag_could_never_be_imported()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget("type=local,dest=d,tag=").Key, Is.EqualTo("tag"));
            Assert.That(((LocalCacheTarget)CacheTarget.Parse("type=local,dest=d,tag=", ParameterErrors.Buildx)).Tag, Is.Empty);
        }
    }

    [TestCase("type=registry,ref=a,mod=max", "mod", "mode")]
    [TestCase("type=registry,ref=a,compresion=zstd", "compresion", "compression")]
    [TestCase("type=registry,ref=a,oci-media-types=false", "oci-media-types", "oci-mediatypes")]
    [TestCase("type=registry,ref=a,insecure=true", "insecure", null)]
    [TestCase("type=local,dest=d,dst=e", "dst", "dest")]
    [TestCase("type=local,dest=d,registry.insecure=true", "registry.insecure", null)]
    [TestCase("type=inline,mode=max", "mode", null)]
    public void An_unknown_key_is_an_error_with_the_nearest_name_and_ignored_by_buildx(string text, string key, string? suggestion)
    {
        var error = ParameterErrors.OfTarget(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo(key));
            Assert.That(ParameterErrors.Marked(error), Is.EqualTo(key));
            Assert.That(error.Suggestion, Is.EqualTo(suggestion));
            Assert.That(() => CacheTarget.Parse(text, ParameterErrors.Buildx), Throws.Nothing);
        }
    }

    [TestCase("type=registry,ref=a,tag=t", "type=local")]
    [TestCase("type=registry,ref=a,src=d", "type=local")]
    [TestCase("type=local,dest=d,src=e", "--cache-from")]
    [TestCase("type=local,dest=d,digest=" + Digest, "--cache-from")]
    public void A_key_that_belongs_elsewhere_is_told_where(string text, string where) =>
        Assert.That(ParameterErrors.OfTarget(text).Message, Does.Contain(where));

    [Test]
    public void An_inline_target_has_no_options() =>
        Assert.That(CacheTarget.Parse("type=inline"), Is.EqualTo(new InlineCacheTarget()));

    [TestCase("type=regsitry,ref=a", "registry")]
    [TestCase("type=gha", null)]
    [TestCase("type=LOCAL,dest=d", "local")]
    public void An_unknown_type_is_an_error_in_both_modes(string text, string? suggestion)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParameterErrors.OfTarget(text).Suggestion, Is.EqualTo(suggestion));
            Assert.That(ParameterErrors.OfTarget(text, ParameterErrors.Buildx).Key, Is.EqualTo("type"));
        }
    }

    private static bool? Read(RegistryCacheTarget target, string key) => key switch
    {
        "oci-mediatypes" => target.OciMediaTypes,
        "image-manifest" => target.ImageManifest,
        "force-compression" => target.ForceCompression,
        "ignore-error" => target.IgnoreError,
        _ => target.Insecure,
    };
}
