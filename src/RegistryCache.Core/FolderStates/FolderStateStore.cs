using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.FolderStates;

/// <summary>A directory with one file for each folder. A state only saves work, so no problem with it is an error: it is logged, and the
/// folder is treated as if nothing was known about it.</summary>
internal sealed class FolderStateStore(string directory, ILogger logger)
{
    private const string Suffix = ".state";
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>After the system went down, a file that was written shortly before may have lost its content.</summary>
    private const int SecondsUntilWritten = 60;

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

    /// <summary>Writes a state, but with these entries.</summary>
    /// <exception cref="CacheStorageException">The entries cannot be found.</exception>
    public void Save(FolderState state, IEnumerable<StampedPiece> entries)
    {
        if (!FileSystems.ShowChanges(state.Folder))
            return;
        try
        {
            Create();
            CheckedFile.Write(
                FileOf(state.Folder), FolderStateFormat.Kind, output => FolderStateFormat.Write(output, state, entries));
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
    private string FileOf(string folder) => Path.Combine(directory, Digest.OfText(folder).Hex + Suffix);

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
