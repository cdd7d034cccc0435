namespace RegistryCache.Testing.Storage;

/// <summary>Bytes in a file.</summary>
internal sealed class FileContent(string path) : StoredContent
{
    public override long Length { get; } = new FileInfo(path).Length;

    public override Stream Open(long from = 0)
    {
        // A blob that is deleted while somebody reads it can be read to its end.
        var stream = new FileStream(path, new FileStreamOptions
        {
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });
        stream.Position = from;
        return stream;
    }
}
