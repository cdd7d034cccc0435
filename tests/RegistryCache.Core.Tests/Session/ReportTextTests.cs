namespace RegistryCache.Core.Tests.Session;

/// <summary>Reports print themselves on one line that a person can read: no names of types, no dump of every property.</summary>
internal sealed class ReportTextTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:text";

    [Test]
    public async Task Saves_restores_and_exports_say_what_they_did()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("tree/file", "content");
        var folders = bench.Cache.Folders(Target);

        var missed = await folders.RestoreAsync("k", null, bench.Folder["a"]);
        var saved = await folders.SaveAsync("k", bench.Folder["tree"]);
        var again = await folders.SaveAsync("k", bench.Folder["tree"]);
        var exact = await folders.RestoreAsync("k", null, bench.Folder["b"]);
        var fallback = await folders.RestoreAsync("kk", ["k"], bench.Folder["c"]);
        var refused = await folders.RestoreAsync("k", null, bench.Folder["d"], new RestoreOptions { Limits = new RestoreLimits { MaxEntries = 0 } });

        Assert.That($"{missed}", Is.EqualTo("k not found"));
        Assert.That($"{saved}", Does.Match("^k saved, [0-9]+ bytes sent$"));
        Assert.That($"{again}", Is.EqualTo("k is unchanged"));
        Assert.That($"{exact}", Does.Match("^k restored: 2 layers, [0-9]+ entries, [0-9]+ bytes$"));
        Assert.That($"{fallback}", Does.StartWith("k restored in place of kk: 2 layers, "));
        Assert.That($"{refused}", Does.StartWith("k not usable: ").And.Contains("RestoreLimits.MaxEntries"));
        Assert.That($"{saved.Export}", Does.Match("^ghcr.io/acme/ci:text: [0-9]+ results, 2 layers, [0-9]+ bytes sent, manifest sha256:[0-9a-f]{64}$"));
        Assert.That($"{again.Export}", Does.Match("^ghcr.io/acme/ci:text: unchanged$"));
        Assert.That($"{saved.Layer}", Does.Match("^[0-9]+ entries, [0-9]+ bytes$"));
    }
}
