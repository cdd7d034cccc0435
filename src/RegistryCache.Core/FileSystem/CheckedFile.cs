using System.Security.Cryptography;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>A file that this library keeps for itself, to save work: the text of its kind and version, the content, and the SHA-256 of
/// both. It is replaced in one step.</summary>
internal static class CheckedFile
{
    private const int MaxBytes = 1 << 30;
    private const int BufferBytes = 64 << 10;
    private const string UnfinishedInfix = ".unfinished-";

    /// <summary>The content; <see langword="null"/> if the file does not exist, is damaged, is too large, or is of another
    /// kind.</summary>
    public static ReadOnlyMemory<byte>? Read(string path, ReadOnlySpan<byte> kind)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length is var size && (size > MaxBytes || size < kind.Length))
                return null;
            var bytes = File.ReadAllBytes(path);
            var length = bytes.Length - SHA256.HashSizeInBytes;
            if (length < kind.Length || !bytes.AsSpan().StartsWith(kind)
                || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
                return null;
            return bytes.AsMemory(kind.Length, length - kind.Length);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            return null;
        }
    }

    /// <summary>Writes the content that the action gives.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> kind, Action<Stream> write)
    {
        var temporary = path + UnfinishedInfix + Path.GetRandomFileName();
        try
        {
            using (var hash = SHA256.Create())
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true);
                using (var buffered = new BufferedStream(hashed, BufferBytes))
                {
                    buffered.Write(kind);
                    write(buffered);
                }

                file.Write(hash.Hash);
                if (file.Length > MaxBytes)
                    throw new IOException($"The file '{path}' would have more than {MaxBytes} bytes.");
            }

            File.Move(temporary, path, overwrite: true);
            StorageError.Ignore(() => RemoveUnfinished(path, Path.GetFileName(path)));
        }
        catch
        {
            // Deleting in a directory that does not exist would throw, and hide the first error.
            StorageError.Ignore(() => File.Delete(temporary));
            throw;
        }
    }

    /// <summary>Writes a file whose name says what it holds, unless it is there in its length.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WriteOnce(string path, ReadOnlySpan<byte> kind, ReadOnlyMemory<byte> content)
    {
        if (new FileInfo(path) is not { Exists: true } file || file.Length != kind.Length + content.Length + SHA256.HashSizeInBytes)
            Write(path, kind, output => output.Write(content.Span));
    }

    /// <summary>Removes what a process left that was killed while it wrote. Another one may be writing now, but not for a day.</summary>
    /// <param name="newest">A file that was written lately.</param>
    /// <param name="names">The names of files beside it, as a pattern.</param>
    public static void RemoveUnfinished(string newest, string names)
    {
        var yesterday = File.GetLastWriteTimeUtc(newest) - TimeSpan.FromDays(1);
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(newest)!, names + UnfinishedInfix + "*"))
        {
            if (File.GetLastWriteTimeUtc(left) < yesterday)
                File.Delete(left);
        }
    }
}
