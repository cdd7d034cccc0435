using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.FileSystem;

[Platform("Linux", Reason = "Only Linux has files whose content is shorter than their size.")]
public sealed class FolderTreesTests
{
    // The kernel states 4096 bytes for each of these files and has a few. A file that becomes shorter during a copy looks the same.
    private const string Shorter = "/sys/kernel/mm/ksm";

    [Test]
    public async Task A_file_that_is_shorter_than_its_size_ends_a_copy_with_an_error([Values] bool managed)
    {
        if (!Directory.Exists(Shorter))
            Assert.Ignore($"This kernel has no {Shorter}.");
        using var scratch = new ScratchFolder();
        using var source = managed ? ManagedFolder.OpenRoot(Shorter, hasStat: true) : Folder.Open(Shorter);
        using var target = Folder.Open(scratch.Path);

        var copy = Task.Run(() => FolderTrees.Copy(source, target, CancellationToken.None));
        var ended = await Task.WhenAny(copy, Task.Delay(TimeSpan.FromMinutes(1)));

        Assert.That(ended, Is.SameAs(copy), "the copy does not end");
        var error = Assert.ThrowsAsync<CacheStorageException>(() => copy)!;
        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.SourceChanged));
    }
}
