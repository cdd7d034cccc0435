using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>A copy of a blob, open for reading: the bytes, then a checksum (CRC-32C) of each block of them. Damage is found before a byte
/// of the block is used, so that a reader can go on elsewhere. Thread-safe.</summary>
internal sealed class LocalBlobFile : IDisposable
{
    public const int BlockBytes = 256 << 10;
    private const int ChecksumBytes = sizeof(uint);
    private readonly SafeFileHandle _handle;
    private readonly byte[] _checksums;

    private LocalBlobFile(SafeFileHandle handle, long size)
    {
        _handle = handle;
        Size = size;
        _checksums = new byte[LengthOf(size) - size];
    }

    public long Size { get; }

    public static long LengthOf(long size) => size + ((size + BlockBytes - 1) / BlockBytes * ChecksumBytes);

    public static uint Checksum(ReadOnlySpan<byte> block)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in block[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LocalBlobFile Open(string path, long size)
    {
        var file = new LocalBlobFile(
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous), size);
        try
        {
            if (RandomAccess.Read(file._handle, file._checksums, size) == file._checksums.Length)
                return file;
            throw Damaged();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the block that contains an offset.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="IOException">The block cannot be read, or is damaged.</exception>
    public async ValueTask<int> ReadBlockAsync(long offset, Memory<byte> block, CancellationToken cancellationToken)
    {
        var index = offset / BlockBytes;
        var start = index * BlockBytes;
        var length = (int)Math.Min(BlockBytes, Size - start);
        for (var done = 0; done < length;)
        {
            var read = await RandomAccess.ReadAsync(_handle, block[done..length], start + done, cancellationToken).ConfigureAwait(false);
            done += read > 0 ? read : throw Damaged();
        }

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(_checksums.AsSpan((int)index * ChecksumBytes));
        return Checksum(block.Span[..length]) == expected ? length : throw Damaged();
    }

    public void Dispose() => _handle.Dispose();

    private static IOException Damaged() => new("A local copy of a blob is damaged.");
}
