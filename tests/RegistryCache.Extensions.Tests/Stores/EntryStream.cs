using System.IO.Compression;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>An entry's content. The archive is closed with it.</summary>
internal sealed class EntryStream(ZipArchive archive, Stream content) : ForwardReadStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        content.ReadAsync(buffer, cancellationToken);

    protected override async ValueTask CloseAsync()
    {
        await content.DisposeAsync();
        archive.Dispose();
    }
}
