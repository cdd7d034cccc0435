namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>Reads a decoder of another library: its errors become ours, and nothing may follow its data.</summary>
internal sealed class CheckedDecoder(string name, Stream decoder, Stream blob) : ForwardReadStream
{
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        try
        {
            var read = await decoder.ReadAsync(buffer, cancellationToken);
            if (read > 0)
                return read;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or InvalidOperationException or NotImplementedException)
        {
            throw new RegistryCacheException(RegistryCacheErrorCode.CorruptLayer, $"The {name} data is damaged or cut: {e.Message}", e);
        }

        if (await blob.ReadAsync(new byte[1], cancellationToken) > 0)
            throw new RegistryCacheException(RegistryCacheErrorCode.CorruptLayer, $"The blob has extra bytes after the end of its {name} data.");
        _ended = true;
        return 0;
    }

    protected override async ValueTask CloseAsync()
    {
        await decoder.DisposeAsync();
        await blob.DisposeAsync();
    }
}
