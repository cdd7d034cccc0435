using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

internal sealed class EntryLayerSource : LayerSource
{
    private readonly LayerContent[] _entries;

    public EntryLayerSource(IReadOnlyList<LayerContent> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = [.. entries];
    }

    public override async Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var writer = new TarStreamWriter(destination);
        foreach (var (entry, content) in _entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
            if (entry.Size > 0)
                await CopyAsync(writer, entry, content, cancellationToken).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new LayerWriteReport(_entries.Length, writer.Length, []);
    }

    private static async Task CopyAsync(
        TarStreamWriter writer, LayerEntry entry, BlobSource? content, CancellationToken cancellationToken)
    {
        var rest = entry.Size;
        var stream = content is null ? Stream.Null : await content.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (rest > 0)
            {
                var space = await writer.GetSpaceAsync(1, cancellationToken).ConfigureAwait(false);
                var read = await stream.ReadAsync(space[..(int)Math.Min(space.Length, rest)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new ContentMismatchException(
                        RegistryCacheErrorCode.SizeMismatch,
                        $"'{ErrorText.Quote(entry.Path)}'",
                        $"{entry.Size} bytes",
                        $"{entry.Size - rest} bytes");
                writer.Advance(read);
                rest -= read;
            }
        }

        await writer.PadAsync(entry.Size, cancellationToken).ConfigureAwait(false);
    }
}
