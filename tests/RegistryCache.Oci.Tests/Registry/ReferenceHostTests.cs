using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Every valid reference can be opened, or opening it throws one of this library's exceptions.</summary>
public sealed class ReferenceHostTests
{
    private static readonly string[] Pieces = ["a", "ghcr.io", "1", "999", ".", "-", ":", "[", "]", "::1", ":::", "1:2", "ffff", "65535", "65536", "99999", "00080", "0", "xn--", "A", "localhost", "127.0.0.1", "x.y"];

    [TestCase("ghcr.io:65536/a/b")]
    [TestCase("ghcr.io:99999/a/b")]
    [TestCase("ghcr.io:0/a/b")]
    [TestCase("ghcr.io:99999999999999999999/a/b")]
    [TestCase("[:::]:5000/a/b")]
    [TestCase("[1:2]/a/b")]
    public void A_host_that_no_URL_can_have_is_not_a_reference(string text) =>
        Assert.That(Assert.Throws<CacheFormatException>(() => ImageReference.Parse(text))!.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidReference));

    [Test]
    public async Task Random_hosts_are_refused_by_the_parser_or_can_be_opened()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var client = new RegistryClient();
        var opened = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var host = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(20) == 0 ? new string('a', random.Next(1, 300)) : Pieces[random.Next(Pieces.Length)]));
            if (!ImageReference.TryParse(host + "/a/b:t", out var reference))
                continue;
            try
            {
                client.OpenRepository(reference);
            }
            catch (RegistryCacheException)
            {
                continue;
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {host}: {exception}");
            }

            opened++;
        }

        Assert.That(opened, Is.GreaterThan(500));
    }

    [Test]
    public async Task A_host_with_a_password_is_refused_without_repeating_it()
    {
        await using var client = new RegistryClient();
        Assert.That(() => client.OpenRepository("user:hunter2@ghcr.io", "a/b"), Throws.ArgumentException.With.Message.Not.Contains("hunter2"));
    }
}
