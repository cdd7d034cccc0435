using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Core.Tar;
using RegistryCache.Layers;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Compression.EStargz;

/// <summary>Whether a blob is estargz: its footer points to a member whose tar has the table of contents and nothing else. Source: BuildKit
/// util/compression/estargz.go (Is).</summary>
internal static class TocLocation
{
    /// <summary>With a larger table of contents, the blob counts as plain gzip. A reader has its own limit, which can be set.</summary>
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
        catch (Exception e) when (e is LayerFormatException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Reads the tar header of a table of contents.</summary>
    /// <returns>The length of the table of contents, or <see langword="null"/> when the header is that of something else.</returns>
    public static async ValueTask<long?> ReadLengthAsync(Stream tar, CancellationToken cancellationToken)
    {
        var block = new byte[BlockSize];
        var read = await tar.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < block.Length || !block.AsSpan().ContainsAnyExcept((byte)0))
            return null;
        var header = new TarHeader(block, new TarExtensions(TarTolerances.Stargz));
        header.VerifyChecksum(position: 0);
        return header is { Path: EStargzFormat.TocName, StatedSize: >= 0 } ? header.StatedSize : null;
    }

    private static async Task<bool> HoldsOnlyTocAsync(Stream tar, CancellationToken cancellationToken)
    {
        if (await ReadLengthAsync(tar, cancellationToken).ConfigureAwait(false) is not (<= MaxTarLength and var length))
            return false;
        await StreamSkip.ForwardAsync(tar, length + Padding(length), cancellationToken).ConfigureAwait(false);

        // Two zero blocks, or the end itself, and no other entry.
        var block = new byte[BlockSize];
        var read = await tar.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return !block.AsSpan(0, read).ContainsAnyExcept((byte)0);
    }
}
