using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Layers;

namespace RegistryCache.Compression.EStargz;

/// <summary>
/// Whether a blob is estargz: a footer that points to a member whose tar holds the table of contents and nothing else. Source: BuildKit
/// util/compression/estargz.go (Is).
/// </summary>
internal static class TocLocation
{
    /// <summary>What a table of contents may take before the blob counts as something else. Reading one has its own, settable limit.</summary>
    private const long MaxTarLength = 1L << 30;

    public static async ValueTask<long?> FindAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        if (!probe.HasRanges || !GzipFormat.IsGzip((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span))
            return null;
        var tail = await probe.ReadTailAsync(cancellationToken).ConfigureAwait(false);
        if (EStargzFormat.ReadFooter(tail.Span, probe.Length) is not var (tocOffset, footerLength))
            return null;
        try
        {
            var member = new GzipDecodeStream(new RangeStream(probe.ReadAsync, tocOffset, probe.Length - footerLength));
            await using (member.ConfigureAwait(false))
                return await HoldsOnlyTocAsync(member, cancellationToken).ConfigureAwait(false) ? tocOffset : null;
        }
        catch (LayerFormatException)
        {
            return null;
        }
    }

    private static async Task<bool> HoldsOnlyTocAsync(Stream tar, CancellationToken cancellationToken)
    {
        var block = new byte[TarHeader.BlockLength];
        await ReadBlockAsync().ConfigureAwait(false);
        if (TarHeader.IsZero(block))
            return false;
        var header = TarHeader.Parse(block, offset: 0);
        if (header.Name != EStargzFormat.TocName || header.Size is < 0 or > MaxTarLength)
            return false;
        for (var left = header.Size; left > 0; left -= TarHeader.BlockLength)
            await ReadBlockAsync().ConfigureAwait(false);

        // Two zero blocks, or the end itself, and no other entry.
        var read = await tar.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return TarHeader.IsZero(block.AsSpan(0, read));

        async ValueTask ReadBlockAsync()
        {
            if (await tar.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < block.Length)
                throw TarHeader.InvalidTar(0, "it ends inside an entry");
        }
    }
}
