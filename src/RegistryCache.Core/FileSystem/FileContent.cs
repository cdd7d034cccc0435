using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>Writes the content of open files.</summary>
internal static class FileContent
{
    public static void Write(SafeFileHandle file, string name, ReadOnlySpan<byte> content, long offset)
    {
        try
        {
            RandomAccess.Write(file, content, offset);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CannotWrite(name, e);
        }
    }

    public static void SetLength(SafeFileHandle file, string name, long length)
    {
        try
        {
            RandomAccess.SetLength(file, length);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CannotWrite(name, e);
        }
    }

    private static CacheStorageException CannotWrite(string name, Exception cause) =>
        CacheStorageException.Failed($"Cannot write '{ErrorText.Quote(name)}'", cause);
}
