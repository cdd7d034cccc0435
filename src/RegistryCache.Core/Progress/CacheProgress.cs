namespace RegistryCache;

/// <summary>How far one phase of a long operation is. Reports come about ten times a second at most, and once at the end of a phase.
/// Options that have a <c>Progress</c> take an <see cref="IProgress{T}"/> of it; without one, nothing is counted.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Item">What is worked on: the digest of a blob, or the path of a file in its folder. Foreign text: see
/// <see cref="ErrorText.Clean"/>.</param>
/// <param name="BytesDone">The bytes that are done. They can fall when a transfer starts over.</param>
/// <param name="BytesTotal">The bytes of the whole phase; <see langword="null"/> while they are not known. They can grow or shrink, for
/// example when a converted layer has another size.</param>
public readonly record struct CacheProgress(CachePhase Phase, string Item, long BytesDone, long? BytesTotal)
{
    /// <summary>Whether the phase is done.</summary>
    public bool IsDone { get; init; }
}
