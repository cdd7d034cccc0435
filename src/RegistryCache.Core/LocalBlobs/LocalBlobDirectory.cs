using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>A directory with copies of blobs, which any number of processes share. Everything in it can be fetched again, so no problem
/// with it is an error: the first one is logged. Links in it are not followed, because they could lead to any file.</summary>
internal sealed class LocalBlobDirectory
{
    // A version, because the files are not plain blobs. It also keeps a directory with other content safe: nothing else is touched.
    private const string Version = "registry-cache-blobs-1";
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(1);
    private readonly string _root;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LocalBlobSpace _space;
    private int _warned;

    /// <exception cref="RegistryCacheException">The directory, or one that it would be in, is something else. That is a mistake in the
    /// name, and not a problem that passes.</exception>
    public LocalBlobDirectory(string directory, long maxBytes, TimeProvider time, ILogger logger)
    {
        Location = AbsolutePath.Of(directory);
        ThrowIfInPlaceOfAFile();
        _root = Path.Combine(Location, Version);
        _maxBytes = maxBytes;
        _time = time;
        _logger = logger;
        _space = new LocalBlobSpace(_root, maxBytes, time);
    }

    /// <summary>The directory that the user named.</summary>
    public string Location { get; }

    /// <summary>Opens the copy of a blob; <see langword="null"/> when there is none.</summary>
    public LocalBlobFile? Open(Descriptor blob) => Attempt(() =>
    {
        var path = FileOf(blob.Digest);
        if (blob.Size == 0 || IsLink(_root) || IsLink(Path.GetDirectoryName(path)!)
            || FileNode.At(path) is not { Kind: FileKind.File } node || node.Size != LocalBlobFile.LengthOf(blob.Size))
            return null;
        var file = LocalBlobFile.Open(path, blob.Size);

        // The time of a file is that of its last use. Another user's file cannot be changed, and is then removed earlier.
        var now = _time.GetUtcNow().UtcDateTime;
        if (node.Modified.CompareTo(FileTime.From(now - TouchInterval)) < 0)
            StorageError.Ignore(() => File.SetLastWriteTimeUtc(path, now));
        return file;
    });

    /// <summary>Begins a copy of a blob; <see langword="null"/> when it is too large or cannot be written.</summary>
    public LocalBlobWrite? Begin(Descriptor blob) => blob.Size == 0 || LocalBlobFile.LengthOf(blob.Size) > _maxBytes
        ? null
        : Attempt(() =>
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Location);
            else
                Directory.CreateDirectory(Location, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var unfinished = Path.Combine(_root, LocalBlobSpace.Unfinished);
            Make(_root);
            Make(unfinished);
            return new LocalBlobWrite(this, blob, Path.Combine(unfinished, Guid.NewGuid().ToString("N")));
        });

    /// <summary>Gives a finished file the name of its blob, then removes the copies that have not been used for longest.</summary>
    public void Commit(string unfinished, Descriptor blob) => Attempt<object>(() =>
    {
        var path = FileOf(blob.Digest);
        Make(Path.GetDirectoryName(path)!);
        File.SetLastWriteTimeUtc(unfinished, _time.GetUtcNow().UtcDateTime);
        File.Move(unfinished, path, overwrite: true);
        _space.Take(LocalBlobFile.LengthOf(blob.Size));
        return null;
    });

    /// <summary>Removes a copy that turned out to be damaged.</summary>
    public void Remove(Digest blob) => StorageError.Ignore(() => File.Delete(FileOf(blob)));

    /// <summary>Reports the first problem with the directory.</summary>
    public void Warn(Exception problem)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
            CoreLog.LocalBlobsFailed(_logger, Location, ErrorText.Sentence(problem.Message));
    }

    private void ThrowIfInPlaceOfAFile()
    {
        var place = Location;
        while (!Path.Exists(place) && Path.GetDirectoryName(place) is { } parent)
            place = parent;
        if (Path.Exists(place) && !Directory.Exists(place))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"Local blobs cannot be kept in '{ErrorText.Quote(Location)}', because '{ErrorText.Quote(place)}' is not a directory. "
                    + "Name another directory.");
        }
    }

    private T? Attempt<T>(Func<T?> operation)
        where T : class
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Somebody removed it meanwhile, which is allowed.
            return null;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            Warn(error);
            return null;
        }
    }

    private string FileOf(Digest blob) => Path.Combine(_root, blob.AlgorithmName, blob.Hex);

    private static bool IsLink(string path) => FileNode.At(path) is { Kind: FileKind.SymbolicLink };

    private static void Make(string path)
    {
        if (IsLink(path))
            throw new IOException($"{path} is a symbolic link, which is not followed");
        Directory.CreateDirectory(path);
    }
}
