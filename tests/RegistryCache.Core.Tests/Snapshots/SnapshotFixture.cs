using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Tests of snapshots that run once with each way of reaching the file system, whatever this system would choose.</summary>
/// <param name="access">The name of a <see cref="FolderAccess"/>.</param>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public abstract class SnapshotFixture(string access)
{
    private ScratchFolder _folder = null!;

    [SetUp]
    public void CreateScratch() => _folder = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _folder.Dispose();

    private protected FolderAccess Access { get; } = Enum.Parse<FolderAccess>(access);

    /// <summary>Whether the odd things can be carried that only Linux has calls for: names that are not UTF-8, fifos, attributes, hard links.</summary>
    private protected bool IsFull => Access == FolderAccess.Best;

    private protected ScratchFolder Scratch => _folder;

    private protected void MakeOddTree(string name, bool withAttributes = false) => OddTree.Create(Scratch[name], withAttributes && IsFull, isPortable: !IsFull);

    private protected SnapshotOptions Taking(SnapshotOptions? options = null) => (options ?? new SnapshotOptions()) with { Access = Access };

    private protected Task<byte[]> TarOfAsync(string path, SnapshotOptions? options = null) => Trees.TarOfAsync(path, Taking(options));

    private protected Task<RestoreReport> ApplyAsync(string directory, RestoreOptions? options, params byte[][] layers) =>
        Trees.ApplyAsync(directory, (options ?? new RestoreOptions()) with { Access = Access }, layers);
}
