using RegistryCache.Core.Errors;
using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>Options print as the text that gives them again.</summary>
internal sealed class PrintingTests
{
    private const string Characters = "type=registrylocalinline,ref=a:/@dest=src=mode=maxcompression=zstd\"\n\r =,,\0\u202eé😀";

    [TestCase("type=registry,ref=docker.io/library/a:latest", "docker.io/library/a:latest")]
    [TestCase("a", "docker.io/library/a:latest")]
    [TestCase("type=registry,mode=max,ref=a", "type=registry,mode=max,ref=docker.io/library/a:latest")]
    [TestCase("type=registry,dest=d", "type=registry,dest=d")]
    [TestCase("type=local,tag=t,dest=d,reset=1", "type=local,dest=d,reset=true,tag=t")]
    [TestCase("type=local,\"dest=a,b\"", "type=local,\"dest=a,b\"")]
    [TestCase("type=local,\"dest=a\"\"b\"", "type=local,\"dest=a\"\"b\"")]
    [TestCase("type=local,dest=d,tag=latest,mode=min,compression=gzip", "type=local,compression=gzip,dest=d,mode=min")]
    [TestCase("type=inline", "type=inline")]
    public void A_target_prints_with_its_type_first_and_its_keys_in_order(string text, string printed)
    {
        var target = CacheTarget.Parse(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target.ToString(), Is.EqualTo(printed));
            Assert.That(CacheTarget.Parse(printed), Is.EqualTo(target));
            Assert.That(CacheTarget.Parse(printed).ToString(), Is.EqualTo(printed));
        }
    }

    [TestCase("\n")]
    [TestCase("a\n")]
    [TestCase("a\r\n")]
    [TestCase("\"")]
    [TestCase(",=\",")]
    [TestCase(" ")]
    public void Odd_directories_and_tags_survive_printing(string odd)
    {
        using (Assert.EnterMultipleScope())
        {
            Check(CacheTarget.Local(odd));
            Check(CacheTarget.Local("d", odd));
            Check(new RegistryCacheTarget((ImageReference?)null) { Directory = odd });
            Assert.That(CacheSource.Parse(CacheSource.Local(odd).ToString()), Is.EqualTo(CacheSource.Local(odd)));
            Assert.That(CacheSource.Parse(CacheSource.Local("d", odd).ToString()), Is.EqualTo(CacheSource.Local("d", odd)));
        }
    }

    [Test]
    public void Random_options_survive_printing([Range(1, 4)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
            Check(RandomTarget(random));
    }

    [Test]
    [Category("Slow")]
    public void Random_texts_are_read_or_refused_at_a_place_inside_them([Range(1, 4)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var read = 0;
        for (var i = 0; i < 3000; i++)
        {
            var text = i % 2 == 0 ? Noise(random) : Mutate(RandomTarget(random).ToString(), random);
            read += Try(() => CacheTarget.ParseMany(text).Select(t => t.ToString()), text) ? 1 : 0;
            Try(() => CacheTarget.ParseMany(text, ParameterErrors.Buildx).Select(t => t.ToString()), text);
            Try(() => CacheSource.ParseMany(text).Select(t => t.ToString()), text);
            Try(() => CacheSource.ParseMany(text, ParameterErrors.Buildx).Select(t => t.ToString()), text);
        }

        Assert.That(read, Is.InRange(10, 2990), "the texts are all bad or all good, so they show nothing");
    }

    private static void Check(CacheTarget target)
    {
        var text = target.ToString();
        Assert.That(CacheTarget.Parse(text), Is.EqualTo(target), text);
        Assert.That(CacheTarget.Parse(text).ToString(), Is.EqualTo(text));
    }

    private static bool Try(Func<IEnumerable<string>> parse, string text)
    {
        try
        {
            foreach (var printed in parse())
                Assert.That(printed, Is.Not.Empty);
            return true;
        }
        catch (CacheParameterException e)
        {
            Assert.That(e.Text, Is.EqualTo(UserInfo.Hide(text)));
            Assert.That(e.Position, Is.InRange(0, e.Text.Length), text);
            Assert.That(e.Length, Is.InRange(0, e.Text.Length - e.Position), text);
            Assert.That(e.Excerpt, Is.Not.Empty);
            return false;
        }
    }

    private static CacheTarget RandomTarget(Random random)
    {
        LayerCompression[] compressions = [LayerCompression.Gzip, LayerCompression.Zstd, LayerCompression.EStargz, LayerCompression.Uncompressed];
        var compression = compressions[random.Next(4)];
        var isOci = random.Next(2) == 0 || compression == LayerCompression.Zstd || compression == LayerCompression.EStargz;
        CacheTarget target = random.Next(3) switch
        {
            0 => CacheTarget.Local(Word(random), Word(random), random.Next(2) == 0),
            1 => CacheTarget.Registry("r.io:5000/a/b:t", random.Next(2) == 0, random.Next(2) == 0 ? Word(random) : null),
            _ => new RegistryCacheTarget((ImageReference?)null) { Directory = Word(random) },
        };
        return target with
        {
            Mode = random.Next(3) is var mode && mode < 2 ? (CacheMode)mode : null,
            OciMediaTypes = isOci,
            ImageManifest = random.Next(3) switch { 0 => isOci, 1 => false, _ => null },
            Compression = compression,
            CompressionLevel = random.Next(2) == 0 || compression == LayerCompression.Uncompressed ? null : random.Next(10),
            ForceCompression = random.Next(2) == 0,
            IgnoreError = random.Next(2) == 0,
        };
    }

    private static string Word(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => "ab/=,\"\n\r \té"[random.Next(11)])]);

    private static string Noise(Random random) =>
        new([.. Enumerable.Range(0, random.Next(60)).Select(_ => Characters[random.Next(Characters.Length)])]);

    private static string Mutate(string text, Random random)
    {
        var at = random.Next(text.Length);
        return random.Next(4) switch
        {
            0 => text.Remove(at, random.Next(1, text.Length - at + 1)),
            1 => text.Insert(at, Characters[random.Next(Characters.Length)].ToString()),
            2 => text[..at] + text[random.Next(text.Length)..],
            _ => text,
        };
    }
}
