namespace RegistryCache;

/// <summary>How far a verification is.</summary>
/// <param name="BlobsDone">The layers that were checked.</param>
/// <param name="Blobs">The layers to check.</param>
/// <param name="BytesRead">The bytes that were read.</param>
/// <param name="Bytes">The bytes to read.</param>
public readonly record struct CacheVerifyProgress(int BlobsDone, int Blobs, long BytesRead, long Bytes);
