namespace RegistryCache.Compression.EStargz;

/// <summary>A member, or a part of one that is too long to hold at once, inside a <see cref="TarPiece"/>.</summary>
/// <param name="Start">Where it begins in the piece.</param>
/// <param name="Begins">Whether the member begins here.</param>
/// <param name="Payload">The entry whose payload the member begins with, or <see langword="null"/>.</param>
internal sealed record MemberPart(int Start, bool Begins, TocEntry? Payload)
{
    public int Length { get; set; }

    /// <summary>Whether the member ends here; then <see cref="Crc"/> and <see cref="MemberLength"/> are those of the whole member.</summary>
    public bool Ends { get; set; }

    public uint Crc { get; set; }

    public long MemberLength { get; set; }

    /// <summary>How many bytes of payload the member begins with.</summary>
    public int PayloadLength { get; set; }

    /// <summary>Whether the payload is the whole file, so that one digest serves for file and chunk.</summary>
    public bool IsWholeFile { get; init; }
}
