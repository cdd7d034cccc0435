using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Which directories are in one mount, so that files can be moved between them.</summary>
[Category("Integration")]
[NonParallelizable]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class FolderMountTests
{
    [Test]
    public async Task A_directory_is_on_another_mount_from_its_mount_point_on(
        [Values(FolderAccess.Best, FolderAccess.Managed, FolderAccess.Portable)] FolderAccess access, [Values("target", "link")] string way)
    {
        using var scratch = new ScratchFolder();
        scratch.Create("target");
        File.CreateSymbolicLink(scratch["link"], "target");
        await using var outer = await RealMount.TmpfsAsync(scratch["target"]);
        scratch.Create("target/plain/deep");
        scratch.Create("target/mount");
        await using var inner = await RealMount.TmpfsAsync(scratch["target/mount"]);
        scratch.Create("target/mount/deep");

        using var root = Folder.Open(scratch[way], access);
        using var plain = root.TryOpenFolder("plain")!;
        using var plainDeep = plain.TryOpenFolder("deep")!;
        using var mount = root.TryOpenFolder("mount")!;
        using var mountDeep = mount.TryOpenFolder("deep")!;

        Folder[][] groups = [[root, plain, plainDeep], [mount, mountDeep]];
        foreach (var own in groups)
        {
            foreach (var other in groups)
            {
                foreach (var (from, to) in own.SelectMany(from => other.Select(to => (from, to))))
                    Assert.That(from.IsOnOtherMount(to), Is.EqualTo(own != other), $"{from.FullPath} {to.FullPath}");
            }
        }
    }
}
