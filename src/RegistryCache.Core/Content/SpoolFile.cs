using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Content;

/// <summary>
/// A temporary file for content whose digest is known only when all of it has been written. Write to <see cref="Stream"/>, then
/// read it back through <see cref="ToSource"/> as often as needed; the file goes when the spool is disposed.
/// </summary>
public sealed class SpoolFile : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _path;

    private SpoolFile(string directory, string path, FileStream file)
    {
        _directory = directory;
        _path = path;
        Stream = new SpoolStream(file, directory);
    }

    /// <summary>The stream to write to.</summary>
    public Stream Stream { get; }

    /// <summary>The path of the file. It is readable by this user only.</summary>
    public string FilePath => _path;

    /// <summary>Creates a spool.</summary>
    /// <param name="directory">An existing directory, or <see langword="null"/> for the system's temporary directory.</param>
    /// <exception cref="CacheStorageException">
    /// The file cannot be created (<see cref="RegistryCacheErrorCode.StorageFailure"/>). Writing it can fail in the same way.
    /// </exception>
    public static SpoolFile Create(string? directory = null)
    {
        directory ??= Path.GetTempPath();
        var path = Path.Combine(directory, "registry-cache-" + Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new SpoolFile(directory, path, SpoolStream.Guard(directory, () => new FileStream(path, options)));
    }

    /// <summary>What has been written, as re-openable content. Valid until the spool is disposed.</summary>
    public BlobSource ToSource()
    {
        Stream.Flush();
        var length = Stream.Length;
        return BlobSource.FromDelegate(
            _ => ValueTask.FromResult<Stream>(SpoolStream.Guard(_directory, () => new FileStream(_path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            }))),
            length);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        File.Delete(_path);
    }
}
