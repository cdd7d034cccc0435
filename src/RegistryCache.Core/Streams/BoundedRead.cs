namespace RegistryCache.Core.Streams;

/// <summary>Reads small content into memory under a stated cap.</summary>
internal static class BoundedRead
{
    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="maxBytes">The cap in bytes.</param>
    /// <param name="what">What is read, for the error.</param>
    /// <param name="limitName">The option that sets the cap, for the error; <see langword="null"/> for a fixed cap.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="LimitExceededException">There is more than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ToArrayAsync(
        Stream stream, long maxBytes, string what, string? limitName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
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
