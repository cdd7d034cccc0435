using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RegistryCache.Compression.Inflate;

/// <summary>Copies a match in wide steps. It may write up to 31 bytes after the end of the match.</summary>
internal static unsafe class MatchCopy
{
    /// <summary>For each distance below 16, how far to advance after 16 bytes so that the pattern starts again.</summary>
    private static ReadOnlySpan<byte> Strides => [0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>For each distance below 16, which of the following bytes form the next 16. The first row is not used.</summary>
    private static ReadOnlySpan<byte> Repeats =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
        0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
        0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* to, nuint length, nuint distance)
    {
        var end = to + length;
        if (distance < (nuint)Vector256<byte>.Count)
        {
            CopyNear(to, end, distance);
            return;
        }

        var from = to - distance;
        do
        {
            Vector256.Load(from).Store(to);
            from += Vector256<byte>.Count;
            to += Vector256<byte>.Count;
        }
        while (to < end);
    }

    /// <summary>The match may overlap its own output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyNear(byte* to, byte* end, nuint distance)
    {
        var from = to - distance;
        if (distance >= (nuint)Vector128<byte>.Count)
        {
            do
            {
                Vector128.Load(from).Store(to);
                from += Vector128<byte>.Count;
                to += Vector128<byte>.Count;
            }
            while (to < end);
            return;
        }

        // Only the first bytes, as many as the distance, are real data. The table uses no others.
        var repeats = Vector128.Create(Repeats.Slice((int)distance * Vector128<byte>.Count, Vector128<byte>.Count));
        var pattern = Vector128.Shuffle(Vector128.Load(from), repeats);
        nuint stride = Strides[(int)distance];
        do
        {
            pattern.Store(to);
            to += stride;
        }
        while (to < end);
    }
}
