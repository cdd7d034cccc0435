using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>What must hold after every run, successful or not.</summary>
internal static class FaultVerdict
{
    /// <summary>The tag moves if the run succeeds, and only to the written manifest. Every blob has the content of its digest.</summary>
    public static void AssertTag(FaultBench bench, FaultOperation operation, bool succeeded, string old, string expected)
    {
        if (operation is not (FaultOperation.Export or FaultOperation.Copy))
            return;
        var target = bench.Registry.Repository(FaultBench.Target);
        var tag = target.Tags[FaultBench.Tag];
        if (succeeded)
            Assert.That(tag, Is.Not.EqualTo(old), "the tag did not move");
        if (operation == FaultOperation.Export)
            Assert.That(tag, Is.EqualTo(expected).Or.EqualTo(old), "the tag names something else");
        foreach (var digest in target.Blobs.Keys)
            Assert.That("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(target.ReadBlob(digest)!)), Is.EqualTo(digest), "wrong bytes");
    }

    /// <summary>No credential was sent to a wrong place, and the client followed the specification.</summary>
    public static void AssertSecrets(FaultBench bench, RecordedLog log, Exception? error)
    {
        Assert.That(bench.Registry.Leaks, Is.Empty);
        Assert.That(bench.Registry.Violations, Is.Empty);
        foreach (var text in new[] { log.Text, error?.ToString() ?? "" })
        {
            Assert.That(text, Does.Not.Contain(TestRegistry.SecretMark));
            Assert.That(text, Does.Not.Contain(TestAccount.BasicHeader[6..]));
        }
    }
}
