using RegistryCache.Core.Content;
using RegistryCache.Core.Streams;

namespace RegistryCache;

/// <summary>A temporary file for content whose digest is known only when all of it has been written. Write to <see cref="Stream"/>, then
/// read it through <see cref="ToSource"/> as often as needed. The file has no name, or loses it at once, so nothing is left when the
/// process ends. Windows removes it when it is closed.</summary>
public sealed class SpoolFile : IAsyncDisposable
{
    private readonly string _directory;
    private readonly FileStream _file;
    private readonly SpoolStream _stream;

    private SpoolFile(string directory, FileStream file)
    {
        _directory = directory;
        _file = file;
        _stream = new SpoolStream(file, directory);
    }

    /// <summary>The stream to write to.</summary>
    public Stream Stream => _stream;

    /// <summary>Creates a spool.</summary>
    /// <param name="directory">An existing directory, or <see langword="null"/> for the system's temporary directory.</param>
    /// <exception cref="RegistryCacheException">The file cannot be created
    /// (<see cref="RegistryCacheErrorCode.StorageFailure"/>).</exception>
    public static SpoolFile Create(string? directory = null)
    {
        directory ??= Path.GetTempPath();
        return new SpoolFile(directory, SpoolStream.Guard(directory, () => UnnamedFile.TryCreate(directory) is { } unnamed
            ? new FileStream(unnamed, FileAccess.ReadWrite, bufferSize: 0)
            : CreateNamed(directory)));
    }

    /// <summary>What has been written, as re-openable content. Valid until the spool is disposed.</summary>
    public BlobSource ToSource()
    {
        Stream.Flush();
        var length = _file.Length;
        return new DelegateBlobSource(
            _ => ValueTask.FromResult<Stream>(
                SpoolStream.Guard(_directory, () => new SpoolReadStream(_file.SafeFileHandle, length))),
            length,
            _stream.Hashed is { } digest ? new Descriptor("", digest, length) : null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    /// <summary>Random access to what has been written. Valid until the spool is disposed.</summary>
    internal ByteRangeReader OpenRanges()
    {
        Stream.Flush();
        return new SpoolRangeReader(_file.SafeFileHandle, _file.Length);
    }

    private static FileStream CreateNamed(string directory)
    {
        var path = Path.Combine(directory, "registry-cache-" + Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = OperatingSystem.IsWindows() ? FileOptions.Asynchronous | FileOptions.DeleteOnClose : FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
