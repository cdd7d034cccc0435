namespace RegistryCache.Core.Streams;

/// <summary>Reads small content into memory, up to a limit.</summary>
internal static class BoundedRead
{
    /// <exception cref="LimitExceededException">There is more than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ToArrayAsync(
        Stream stream, long maxBytes, string what, string? limitName, CancellationToken cancellationToken)
    {
        using var result = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (result.Length + read > maxBytes)
                throw new LimitExceededException(what, limitName, maxBytes);
            result.Write(buffer, 0, read);
        }

        return result.ToArray();
    }
}
