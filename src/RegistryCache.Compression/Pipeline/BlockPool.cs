using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>
/// The arrays that blocks live in. The shared pool keeps one array of each size for every thread that ever gave one back, which for
/// blocks of megabytes adds up to hundreds; this one keeps no more than were in use at once.
/// </summary>
internal static class BlockPool
{
    private const int LargestArray = 16 * 1024 * 1024;
    private const int ArraysOfOneSize = 32;

    public static ArrayPool<byte> Arrays { get; } = ArrayPool<byte>.Create(LargestArray, ArraysOfOneSize);
}
