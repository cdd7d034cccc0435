namespace RegistryCache.Core.Tar;

/// <summary>Whole contents in memory.</summary>
internal static class EntryContent
{
    public static async ValueTask<byte[]> ReadToArrayAsync(
        this IEntryContent content, LayerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Size > Array.MaxLength)
            throw new LimitExceededException(
                $"The file '{ErrorText.Quote(entry.Path)}' in memory", limitName: null, Array.MaxLength, entry.Size);
        using var result = new MemoryStream();

        // Grows with what is really there; the stated size alone costs nothing.
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.Length: > 0 } piece)
        {
            result.SetLength(piece.Offset);
            result.Position = piece.Offset;
            result.Write(piece.Data.Span);
        }

        result.SetLength(entry.Size);
        return result.ToArray();
    }
}
