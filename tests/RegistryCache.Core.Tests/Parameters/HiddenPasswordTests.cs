namespace RegistryCache.Core.Tests.Parameters;

/// <summary>A password in front of a host is refused, and the refusal does not repeat it.</summary>
public sealed class HiddenPasswordTests
{
    private static readonly string[] Passwords = ["hunter2", "p", "Pa:ss", "pa@ss", "pa/ss", "pa,ss", "pa=ss", "p%40ss", "pa'ss", "pa ss", "sha:ss25", "PASS\u001b"];
    private static readonly string[] Frames =
    [
        "type=registry,ref=user:PW@ghcr.io/a/b", "type=registry,ref=https://user:PW@ghcr.io/a/b:t", "user:PW@ghcr.io/a/b", "https://user:PW@ghcr.io/a/b",
        "type=registry,REF=user:PW@ghcr.io/a/b", "type=registry,reff=user:PW@ghcr.io/a/b", "type=registry,ref=user:PW@ghcr.io/a/b,mode=maxx", "mode=max,ref=user:PW@ghcr.io/a",
        "\"type=registry\",\"ref=user:PW@ghcr.io/a/b\"", "type=registry,\"ref=user:PW@ghcr.io/a/b", "type=registry,ref=user:PW@ghcr.io/a@sha256:0", "ref=PW@ghcr.io/a,type=registry",
        "type=local,dest=x,tag=user:PW@host", "a/b:t,user:PW@ghcr.io/a/b", "type=rgistry,ref=user:PW@ghcr.io/a/b", "type=registry,x,ref=user:PW@ghcr.io/a/b", "PW@ghcr.io/a/b",
    ];

    [Test]
    public void No_error_repeats_it([ValueSource(nameof(Frames))] string frame, [ValueSource(nameof(Passwords))] string password, [Values] bool buildx)
    {
        var text = frame.Replace("PW", password, StringComparison.Ordinal);
        var options = new CacheParameterOptions { BuildxCompatible = buildx };
        Check(() => CacheTarget.ParseMany(text, options), password);
        Check(() => CacheSource.ParseMany(text, options), password);
        Check(() => ImageReference.Parse(text), password);
    }

    [TestCase("ghcr.io/a/b:t@sha256:zz", "ghcr.io/a/b:t@sha256:zz")]
    [TestCase("type=local,src=/home/a@b/c,tga=x", "/home/a@b/c")]
    [TestCase("localhost:5000/A", "localhost:5000/A")]
    public void What_is_not_a_password_is_shown(string text, string shown) =>
        Assert.That(Assert.Catch<RegistryCacheException>(() => CacheSource.Parse(text))!.Message, Does.Contain(shown));

    private static void Check(Action parse, string password)
    {
        RegistryCacheException? error = null;
        try
        {
            parse();
        }
        catch (RegistryCacheException e)
        {
            error = e;
        }

        if (error is null)
            return;
        var seen = $"{error}\n{(error as CacheParameterException)?.Excerpt}\n{(error as CacheParameterException)?.Text}\n{(error as CacheParameterException)?.Key}";

        // The stack names files and methods; short passwords are looked for in what was quoted only.
        var quoted = string.Concat(error.Message.Split('\'').Where((_, i) => i % 2 == 1).Concat([(error as CacheParameterException)?.Text ?? ""]));
        foreach (var part in password.Split(',', '=', '@', '/', ':', '\'', ' '))
        {
            if (part.Length > 3)
                Assert.That(seen, Does.Not.Contain(part));
        }

        Assert.That(quoted, Does.Not.Contain("user:"));
        Assert.That(quoted, Does.Not.Contain(password + "@"));
    }
}
