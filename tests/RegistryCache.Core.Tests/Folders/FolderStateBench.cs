using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Folders;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A folder cache whose folders have a local state, and a tree to save.</summary>
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
internal abstract class FolderStateBench
{
    private protected const string Target = "type=registry,ref=ghcr.io/acme/ci:folders";
    private protected static readonly RestoreOptions Replacing = new() { ReplaceExisting = true };
    private protected SessionBench _bench = null!;

    private protected string Tree => _bench.Folder["tree"];

    private protected string States => _bench.Folder["states"];

    private protected string StateFile => Directory.GetFiles(States, "*.state").Single();

    [SetUp]
    public void Create()
    {
        _bench = new SessionBench();

        // By this clock all files are old enough.
        if (DateTimeOffset.UtcNow + TimeSpan.FromHours(1) is var later && later > _bench.Time.GetUtcNow())
            _bench.Time.SetUtcNow(later);
        for (var i = 0; i < 20; i++)
            _bench.Folder.Write($"tree/d{i % 3}/f{i}", $"content {i}");
        File.CreateSymbolicLink(_bench.Folder["tree/link"], "d0/f0");
    }

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    private protected static void Touch(string folder, string change)
    {
        var file = Path.Combine(folder, "d1", "f1");
        switch (change)
        {
            case "changed":
                var time = File.GetLastWriteTimeUtc(file);
                File.WriteAllText(file, "CONTENT 1");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "deleted":
                File.Delete(file);
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
                break;
            case "directory gone":
                Directory.Delete(Path.Combine(folder, "d1"), recursive: true);
                break;
            case "directory mode":
                File.SetUnixFileMode(Path.Combine(folder, "d1"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;
            case "file in place of directory":
                Directory.Delete(Path.Combine(folder, "d1"), recursive: true);
                File.WriteAllText(Path.Combine(folder, "d1"), "");
                break;
            case "directory in place of file":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
            case "link elsewhere":
                File.Delete(Path.Combine(folder, "link"));
                File.CreateSymbolicLink(Path.Combine(folder, "link"), "d0/f3");
                break;
            case "added":
                File.WriteAllText(Path.Combine(folder, "d1", "mine"), "");
                File.SetLastWriteTimeUtc(Path.Combine(folder, "d1", "mine"), DateTime.UnixEpoch);
                break;
            default:
                Directory.CreateDirectory(Path.Combine(folder, "d1", "mine", "deep"));
                foreach (var place in (string[])["d1/mine/deep", "d1/mine"])
                    Directory.SetLastWriteTimeUtc(Path.Combine(folder, place), DateTime.UnixEpoch);
                break;
        }
    }

    /// <summary>Waits until the clock of the file system has moved on, so that a change shows. It does so every few milliseconds.</summary>
    private protected void Tick()
    {
        var probe = _bench.Folder["probe"];
        FileTime Now()
        {
            File.WriteAllText(probe, "");
            return FileNode.At(probe)!.Changed;
        }

        var start = Now();
        Assert.That(SpinWait.SpinUntil(() => Now() != start, TimeSpan.FromSeconds(5)), "the clock stands still");
    }

    private protected void Change(
        Func<FolderState, FolderState> change, Func<StampedEntry, StampedEntry>? changeEntry = null, string? file = null)
    {
        file ??= StateFile;
        var state = change(FolderStateFormat.Read(CheckedFile.Read(file, FolderStateFormat.Kind)!.Value)!);
        var entries = FolderStateFormatTests.EntriesOf(state).Select(e => (StampedPiece)(changeEntry?.Invoke(e) ?? e));
        CheckedFile.Write(file, FolderStateFormat.Kind, output => FolderStateFormat.Write(output, state, entries));
    }

    private protected void DamageIndexes()
    {
        var files = Directory.GetFiles(States, "*.index");
        Assert.That(files, Is.Not.Empty);
        foreach (var file in files)
            File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);
    }

    private protected FolderCacheOptions Options(bool withState = true, string target = Target) =>
        new() { Target = CacheTarget.Parse(target), SmallestScale = 4 << 10, StateDirectory = withState ? States : null };

    private protected FolderCache Open(bool withState = true, string target = Target) => _bench.Cache.Folders(Options(withState, target));

    private protected async Task AssertRestoresAsync(string key, string into, List<string> expected)
    {
        Assert.That((await Open(withState: false).RestoreAsync(key, null, into, Replacing)).IsExact);
        Assert.That(Trees.Describe(into), Is.EqualTo(expected));
    }

    private protected async Task AssertLikeColdAsync(string key, string into, bool replaces = false)
    {
        if (replaces)
            Assert.That((await Open().RestoreAsync(key, null, into, Replacing)).IsExact, key);
        var cold = _bench.Folder[Guid.NewGuid().ToString("N")];
        await Open(withState: false).RestoreAsync(key, null, cold);
        Assert.That(Trees.Describe(into, withTimes: true), Is.EqualTo(Trees.Describe(cold, withTimes: true)), key);
    }

    /// <summary>Saves the tree with other bytes in a file, or without it, under an index that says that they are the same.</summary>
    private protected async Task SaveLieAsync(string key, string path, bool lacksFile)
    {
        var state = FolderStateFormat.Read(CheckedFile.Read(StateFile, FolderStateFormat.Kind)!.Value)!;
        var store = FolderStateStore.For(States, state.Folder, NullLogger.Instance);
        var truth = store.FindIndex(state.Folder, state.Groups.Single().DiffId)!;
        var content = await File.ReadAllTextAsync(_bench.Folder[$"tree/{path}"]);
        File.WriteAllText(_bench.Folder[$"tree/{path}"], "CONTENT 1");
        var options = new SnapshotOptions { Exclude = lacksFile ? [path] : [] };
        await using var layer = await EncodeAsync(LayerSource.FromDirectory(Tree, options));
        await File.WriteAllTextAsync(_bench.Folder[$"tree/{path}"], content);
        var made = new CacheLayer(layer.Descriptor, layer.Source);
        var lie = new EntryIndex
        {
            Scale = truth.Scale,
            HasTimes = true,
            Layers = [new IndexedLayer(made.DiffId!.Value, 1024, truth.Entries.Length)],
            Entries = truth.Entries,
        };
        await using var index = await EncodeAsync(LayerSource.FromEntries([lie.ToFile()]));
        var chain = LayerChain.Of([new CacheLayer(index.Descriptor, index.Source), made]);
        var graph = FolderRecords.Make(key, new CacheResult(chain, CacheTime.From(_bench.Time.GetUtcNow())));
        await _bench.Cache.CreateExporter(Target + ",mode=max", new CacheExportOptions { MergeWithExisting = true }).ExportAsync(graph);
    }

    private protected async Task<LayerConversion> EncodeAsync(LayerSource source)
    {
        await using var tar = await source.ToBlobSource().OpenReadAsync();
        return await _bench.Cache.EncodeLayerAsync(tar, LayerCompression.Zstd);
    }
}
