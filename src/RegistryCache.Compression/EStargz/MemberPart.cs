namespace RegistryCache.Compression.EStargz;

/// <summary>A member in a <see cref="TarPiece"/>, or a part of a member that is too long to keep in memory.</summary>
/// <param name="Start">Where it begins in the piece.</param>
/// <param name="Begins">Whether the member begins here.</param>
/// <param name="Payload">The entry whose payload the member begins with, or <see langword="null"/>.</param>
internal sealed record MemberPart(int Start, bool Begins, TocEntry? Payload)
{
    public int Length { get; set; }

    /// <summary>Whether the member ends here. Then <see cref="Crc"/> and <see cref="MemberLength"/> are set.</summary>
    public bool Ends { get; set; }

    /// <summary>Of the whole member.</summary>
    public uint Crc { get; set; }

    /// <summary>Of the whole member.</summary>
    public long MemberLength { get; set; }

    /// <summary>How many bytes of payload the member begins with.</summary>
    public int PayloadLength { get; set; }

    /// <summary>Whether the payload is the whole file, so that file and chunk have the same digest.</summary>
    public bool IsWholeFile { get; init; }
}
