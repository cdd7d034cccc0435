namespace RegistryCache.Testing.Storage;

/// <summary>Bytes that do not change.</summary>
internal abstract class StoredContent
{
    public abstract long Length { get; }

    /// <summary>Opens the bytes from a position.</summary>
    public abstract Stream Open(long from = 0);

    public byte[] ReadAll()
    {
        var bytes = new byte[Length];
        using var stream = Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
