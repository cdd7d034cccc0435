namespace RegistryCache;

/// <summary>How far the transfer of one blob is.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="BytesDone">Bytes transferred so far; it can fall when a transfer starts over.</param>
public readonly record struct TransferProgress(Descriptor Blob, long BytesDone);
