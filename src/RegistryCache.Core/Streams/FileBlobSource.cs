using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Streams;

internal sealed class FileBlobSource : BlobSource
{
    private readonly string _path;

    public FileBlobSource(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = AbsolutePath.Of(path);
    }

    public override long? Length => new FileInfo(_path).Length;

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult<Stream>(
        new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        }));
}
