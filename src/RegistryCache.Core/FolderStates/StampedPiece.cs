namespace RegistryCache.Core.FolderStates;

/// <summary>What is written to a state next: a part as it is in the state before, or one entry.</summary>
internal readonly record struct StampedPiece(StampedPart? Part, StampedEntry Entry)
{
    public static implicit operator StampedPiece(StampedPart part) => new(part, default);

    public static implicit operator StampedPiece(StampedEntry entry) => new(null, entry);
}
