namespace RegistryCache.Core.Tar;

/// <summary>Whole contents in memory.</summary>
internal static class EntryContent
{
    private const int MaxStated = 4 << 20;

    public static async ValueTask<byte[]> ReadToArrayAsync(
        this IEntryContent content, LayerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Size > Array.MaxLength)
            throw new LimitExceededException(
                $"The file '{ErrorText.Quote(entry.Path)}' in memory", limitName: null, Array.MaxLength, entry.Size);
        // Beyond that it grows with what is really there, because a stated size costs its writer nothing.
        using var result = new MemoryStream((int)Math.Min(entry.Size, MaxStated));
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.Length: > 0 } piece)
        {
            result.SetLength(piece.Offset);
            result.Position = piece.Offset;
            result.Write(piece.Data.Span);
        }

        result.SetLength(entry.Size);
        return result.Capacity == result.Length ? result.GetBuffer() : result.ToArray();
    }
}
