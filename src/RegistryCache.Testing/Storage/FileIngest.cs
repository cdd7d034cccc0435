namespace RegistryCache.Testing.Storage;

/// <summary>Content on its way into a file.</summary>
internal sealed class FileIngest : Ingest
{
    private readonly string _path;
    private readonly FileStream _file;
    private bool _isKept;

    public FileIngest(string path)
    {
        _path = path;
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });
    }

    /// <summary>Moves the file to its place. What stands there is replaced.</summary>
    public void MoveTo(string path)
    {
        _file.Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(_path, path, overwrite: true);
        _isKept = true;
    }

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _file.WriteAsync(bytes);

    protected override Stream OpenRead() => new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    protected override void Drop()
    {
        _file.Dispose();
        if (!_isKept)
            File.Delete(_path);
    }
}
