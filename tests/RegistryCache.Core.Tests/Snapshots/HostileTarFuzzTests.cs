using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>
/// Changed tars are restored or refused; nothing comes out but our own errors, and nothing beside the target is touched.
/// <see cref="FuzzRun"/> makes it longer.
/// </summary>
[TestFixture("Best")]
[TestFixture("Managed")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HostileTarFuzzTests(string access) : SnapshotFixture(access)
{
    private static readonly SymbolicLinkPolicy[] Policies = Enum.GetValues<SymbolicLinkPolicy>();

    [TestCase(300)]
    [Category("Slow")]
    public async Task Mutated_tars_neither_escape_nor_crash(int least)
    {
        Scratch.Write("canary/file", "alive");
        var canary = DescribeCanary();
        var run = new FuzzRun(least);
        var (refused, refusedInMemory) = (0, 0);
        while (run.Next())
        {
            // Many layers over the same folder meet what the ones before left; now and then it starts empty.
            if (run.Random.Next(40) == 0)
                Scratch.Delete("target");
            var tar = TarMutation.Next(run.Random);
            var policy = Policies[run.Random.Next(Policies.Length)];
            try
            {
                refused += await IsRefusedAsync(() => ApplyAsync(Scratch["target"], new RestoreOptions { SymbolicLinks = policy }, tar)) ? 1 : 0;
                refusedInMemory += await IsRefusedAsync(() => LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(tar)], new RestoreLimits(), CancellationToken.None)) ? 1 : 0;
                Assert.That(DescribeCanary(), Is.EqualTo(canary));
                Assert.That(Directory.GetFileSystemEntries(Scratch.Path), Has.Length.LessThanOrEqualTo(2));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {run.Seed}, round {run.Rounds}, {policy}: {e}");
            }
        }

        TestContext.Out.WriteLine($"{run.Rounds} tars, {refused} refused in a folder, {refusedInMemory} in memory");
        Assert.That(refused, Is.InRange(run.Rounds / 12, run.Rounds - 1));
    }

    [Test]
    public async Task A_name_that_is_not_UTF_8_is_kept_or_refused_and_never_another([Values('0', '5', '2')] char type)
    {
        var tar = new RawTar().Directory("d").Entry("d/x", type, "d", change: block =>
        {
            block[2] = type == '2' ? block[2] : (byte)0xff;
            block[157] = type == '2' ? (byte)0xff : block[157];
        }).End();
        var options = new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any };

        if (!IsFull)
        {
            Assert.That(
                () => ApplyAsync(Scratch["target"], options, tar), Throws.InstanceOf<CacheStorageException>().With.Message.Contains("not UTF-8"));
            Assert.That(Directory.Exists(Scratch["target"]), Is.False);
            return;
        }

        await ApplyAsync(Scratch["target"], options, tar);
        Assert.That(Trees.Describe(Scratch["target"]), Has.Some.Contains("\udcff"));
    }

    private static async Task<bool> IsRefusedAsync(Func<Task> restore)
    {
        try
        {
            await restore();
            return false;
        }
        catch (RegistryCacheException)
        {
            return true;
        }
    }

    private string DescribeCanary()
    {
        // A hard link into the target would let a later write through.
        using var folder = Folder.Open(Scratch["canary"]);
        var links = TreeWalk.Over(folder, PathFilter.All).Select(item => $" {item.Node.LinkCount}");
        return string.Join('\n', Trees.Describe(Scratch["canary"], withTimes: true)) + string.Concat(links);
    }
}
