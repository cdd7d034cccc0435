namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>Copies in pieces of one size, so that the encoder gives the same bytes however the tar arrives.</summary>
internal static class FixedPieces
{
    public static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
    }
}
