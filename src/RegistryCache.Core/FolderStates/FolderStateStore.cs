using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.FolderStates;

/// <summary>A directory with some files for each folder: its state, and the indexes of its chain, which are large, change seldom and are
/// not always needed. A state only saves work, so no problem with it is an error: it is logged, and the folder is treated as if nothing was
/// known about it.</summary>
internal sealed class FolderStateStore(string directory, ILogger logger)
{
    private const string Suffix = ".state";
    private const string IndexSuffix = ".index";
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>After the system went down, a file that was written shortly before may have lost its content.</summary>
    private const int SecondsUntilWritten = 60;

    private static readonly byte[] IndexKind = "registry-cache.folder-index.v1\n"u8.ToArray();

    /// <summary>Which run of the system this is; empty if it does not say.</summary>
    public static string Boot { get; } = ReadBoot();

    /// <summary>The store in a directory, for a folder that does not contain it.</summary>
    /// <exception cref="RegistryCacheException">The folder contains it.</exception>
    public static FolderStateStore For(string directory, string folder, ILogger logger)
    {
        var (place, inside) = (RealPath.Of(folder), RealPath.Of(directory));
        var below = Path.TrimEndingDirectorySeparator(place) + Path.DirectorySeparatorChar;
        return inside == place || inside.StartsWith(below, StringComparison.Ordinal)
            ? throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"The directory for states '{ErrorText.Quote(directory)}' is inside the folder '{ErrorText.Quote(folder)}'. "
                    + "Choose one that is outside.")
            : new FolderStateStore(inside, logger);
    }

    /// <summary>The state of a folder; <see langword="null"/> when there is none that is of use.</summary>
    /// <param name="folder">The real path of the folder.</param>
    /// <param name="form">The options that identities depend on.</param>
    public FolderState? Load(string folder, string form)
    {
        if (CheckedFile.Read(FileOf(folder), FolderStateFormat.Kind) is not { } bytes
            || FolderStateFormat.Read(bytes) is not { } state || state.Folder != folder || state.Form != form
            || !FileSystems.ShowChanges(folder))
            return null;
        return state.Boot == Boot && Boot.Length > 0
            ? state
            : state with { Time = state.Time with { Seconds = state.Time.Seconds - SecondsUntilWritten } };
    }

    /// <summary>An index of the chain of a folder; <see langword="null"/> when it is not there, or damaged.</summary>
    /// <param name="folder">The real path of the folder.</param>
    /// <param name="diffId">The diffID of the index.</param>
    public EntryIndex? FindIndex(string folder, Digest diffId)
    {
        var file = IndexFileOf(folder, diffId);
        if (CheckedFile.Read(file, IndexKind) is { } bytes && EntryIndex.Parse(bytes) is { } index)
            return index;
        StorageError.Ignore(() => File.Delete(file));
        return null;
    }

    /// <summary>Writes a state, but with these entries.</summary>
    /// <param name="state">The state.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="indexes">The indexes of its chain by their diffIDs.</param>
    /// <exception cref="CacheStorageException">The entries cannot be found.</exception>
    public void Save(FolderState state, IEnumerable<StampedPiece> entries, IEnumerable<(Digest DiffId, EntryIndex Index)> indexes) =>
        Write(state.Folder, () =>
        {
            WriteIndexes(state.Folder, indexes);
            CheckedFile.Write(
                FileOf(state.Folder), FolderStateFormat.Kind, output => FolderStateFormat.Write(output, state, entries));
        });

    /// <summary>Keeps the indexes of a chain, and no others, without a state that has changed.</summary>
    /// <param name="folder">The real path of the folder.</param>
    /// <param name="indexes">The indexes by their diffIDs.</param>
    public void Save(string folder, IEnumerable<(Digest DiffId, EntryIndex Index)> indexes) =>
        Write(folder, () => WriteIndexes(folder, indexes));

    private void WriteIndexes(string folder, IEnumerable<(Digest DiffId, EntryIndex Index)> indexes)
    {
        // A chain of a stranger can have one index twice.
        var files = indexes.DistinctBy(i => i.DiffId).ToDictionary(i => IndexFileOf(folder, i.DiffId), i => i.Index.ToBytes());
        foreach (var (file, content) in files)
            CheckedFile.WriteOnce(file, IndexKind, content);
        var names = NameOf(folder) + "-*" + IndexSuffix;
        foreach (var other in Directory.GetFiles(directory, names).Except(files.Keys))
            File.Delete(other);
        CheckedFile.RemoveUnfinished(FileOf(folder), names);
    }

    private void Write(string folder, Action write)
    {
        if (!FileSystems.ShowChanges(folder))
            return;
        try
        {
            Create();
            write();
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            CoreLog.FolderStateFailed(logger, directory, ErrorText.Sentence(e.Message));
        }
    }

    private void Create()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, FileModes.PrivateDirectory);
    }

    // A digest, because a path can be longer than a name.
    private static string NameOf(string folder) => Digest.OfText(folder).Hex;

    private string FileOf(string folder) => Path.Combine(directory, NameOf(folder) + Suffix);

    private string IndexFileOf(string folder, Digest diffId) => Path.Combine(directory, $"{NameOf(folder)}-{diffId.Hex}{IndexSuffix}");

    private static string ReadBoot()
    {
        try
        {
            return File.ReadAllText(BootFile).Trim();
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            return "";
        }
    }
}
