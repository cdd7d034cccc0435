using System.Text;
using RegistryCache.Core.Parameters;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>
/// Random texts through every parser of what people type: an answer or an error of ours, never another exception.
/// <see cref="FuzzRun"/> makes it longer.
/// </summary>
public sealed class ParserFuzzTests
{
    private static readonly string[] Pieces =
    [
        "type=registry", "type=local", "type=inline", "ref=", "src=", "dest=", "tag=", "digest=", "mode=max", "mode=", "compression=zstd", "compression=", "compression-level=",
        "force-compression=", "oci-mediatypes=false", "image-manifest=", "ignore-error=", "reset=", "registry.insecure=", ",", "=", ":", "@", "/", "//", "\"", "\"\"", "\n", "\r\n", "[", "]",
        "[::1]", "[:::]", "[1:2]", "localhost", "ghcr.io", "docker.io", "index.docker.io", "acme/app", "library", "latest", "sha256:", "sha512:", "xn--", "..", "-", "__", ":0", ":5000", ":65535",
        ":65536", ":99999", ":00080", ":4294967376", "-9223372036854775808", "9223372036854775808", "-1", "0", "2026-01-02T03:04:05Z", "T", "Z", "+24:00", ".123456789", "0000-00-00", "9999-12-31",
        "a", "A", "é", "\u0130", "\ud800", "\udc00", "\U0001F600", "\u202e", "\u0000", "\u001b[2J", "%", "%00", "http://", "user:pw@", " ", "\t", "\\",
    ];

    [Test]
    [Category("Slow")]
    public void Nothing_but_our_own_errors_comes_out()
    {
        var run = new FuzzRun(least: 5_000);
        var accepted = 0L;
        while (run.Next())
        {
            var text = Next(run.Random);
            foreach (var (name, parse) in Parsers)
            {
                try
                {
                    parse(text);
                    accepted++;
                }
                catch (RegistryCacheException e)
                {
                    Assert.That(e.Message, Is.Not.Empty);
                    Assert.That(e.Message.EnumerateRunes().All(ErrorText.IsClean), Is.True, $"seed {run.Seed}, {name}: the message is not clean: {e.Message}");
                }
                catch (Exception e)
                {
                    Assert.Fail($"seed {run.Seed}, {name} of '{string.Concat(text.Select(c => c is >= ' ' and < '\x7f' ? c.ToString() : $"\\u{(int)c:x4}"))}': {e}");
                }
            }
        }

        TestContext.Out.WriteLine($"{run.Rounds} texts, {(long)run.Rounds * Parsers.Length} calls, {accepted} accepted");
        Assert.That(accepted, Is.GreaterThan(run.Rounds / 100), "most texts must reach deeper than the first check");
    }

    private static readonly (string Name, Action<string> Parse)[] Parsers =
    [
        ("ImageReference", static text => Again(ImageReference.Parse(text), static r => ImageReference.Parse(r.ToString()))),
        ("Digest", static text => Again(Digest.Parse(text), static d => Digest.Parse(d.ToString()))),
        ("CacheTime", static text => Again(CacheTime.Parse(text), static t => CacheTime.Parse(t.ToString()))),
        ("CsvFieldReader", static text => CsvFieldReader.Read(text)),
        ("CacheSource", static text => All(CacheSource.ParseMany(text), static s => CacheSource.Parse(s.ToString()))),
        ("CacheSource as buildx", static text => CacheSource.ParseMany(text, Buildx)),
        ("CacheTarget", static text => All(CacheTarget.ParseMany(text), static t => CacheTarget.Parse(t.ToString()))),
        ("CacheTarget as buildx", static text => CacheTarget.ParseMany(text, Buildx)),
        ("CacheSource once", static text => CacheSource.Parse(text)),
        ("CacheTarget once", static text => CacheTarget.Parse(text, Buildx)),
    ];

    private static CacheParameterOptions Buildx { get; } = new() { BuildxCompatible = true };

    /// <summary>What was accepted prints as a text that means the same.</summary>
    private static void Again<T>(T value, Func<T, T> again) => Assert.That(again(value), Is.EqualTo(value));

    private static void All<T>(IReadOnlyList<T> values, Func<T, T> again)
    {
        foreach (var value in values)
            Again(value, again);
    }

    private static string Next(Random random)
    {
        string[] starts = ["type=registry,ref=", "type=local,src=", "type=local,dest=", "type=registry,ref=ghcr.io/a/b,", "type=local,dest=d,", "ghcr.io/", "", "sha256:", "2026-01-02T03:04:05"];
        var text = new StringBuilder(starts[random.Next(starts.Length)]);
        var count = random.Next(6);
        for (var i = 0; i < count; i++)
        {
            switch (random.Next(8))
            {
                case 0:
                    text.Append((char)random.Next(0x10000));
                    break;
                case 1:
                    text.Append(new string("abf0/:.-"[random.Next(8)], random.Next(1, 300)));
                    break;
                case 2 when text.Length > 0:
                    text.Remove(random.Next(text.Length), 1);
                    break;
                default:
                    text.Append(Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return text.ToString();
    }
}
