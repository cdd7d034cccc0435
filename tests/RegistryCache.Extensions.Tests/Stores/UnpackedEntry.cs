namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>Random access to an entry, which a zip archive does not offer: from an unpacked copy that goes when it is closed.</summary>
internal sealed class UnpackedEntry(FileStream file) : ByteRangeReader
{
    public override long Length => file.Length;

    public static async Task<UnpackedEntry> CreateAsync(Stream content, CancellationToken cancellationToken)
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        await content.CopyToAsync(file, cancellationToken);
        await file.FlushAsync(cancellationToken);
        return new UnpackedEntry(file);
    }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return offset >= Length ? ValueTask.FromResult(0) : ReadAtAsync(offset, buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask<int> ReadAtAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer[total..], offset + total, cancellationToken);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }
}
