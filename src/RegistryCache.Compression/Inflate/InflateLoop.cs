using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>
/// Decodes literals and matches while both the input and the output room are far from their ends, so no step checks bounds. Why no
/// input, even a hostile one, can lead outside the arrays:
/// <list type="bullet">
/// <item>Input: a step starts before <see cref="InflateCursor.InLimit"/>. It loads eight bytes at most twice and advances by at most
/// seven each time, so it ends less than <see cref="InputMargin"/> bytes later.</item>
/// <item>Room: a step starts before <see cref="InflateCursor.OutLimit"/>. It writes three literals, or two and a match of at most 258
/// bytes, and at most 31 bytes after them, less than <see cref="InflateWindow.Slack"/>.</item>
/// <item>History: a distance is at least 1, because every base is, and it is checked against the content of the member. A copy reads
/// at most 32 bytes from the match, which is within the room for the same reason as its writes.</item>
/// <item>Tables: an index is masked to the table's length, and second-level tables start only where <see cref="HuffmanTable"/> put
/// them.</item>
/// </list>
/// A step consumes at most 33 bits for its literals or 22 and 20 for a length, then 28 for a distance, and it looks at 11 more. At
/// least 56 bits are available after each load.
/// </summary>
internal static unsafe class InflateLoop
{
    /// <summary>With fewer bytes than this, <see cref="Run"/> may do nothing: its first load advances by up to seven bytes.</summary>
    public const int MinInput = InputMargin + 8;

    /// <summary>How many bytes must follow the start of a step.</summary>
    private const int InputMargin = 32;

    private const uint LiteralMask = (1u << InflateTables.LiteralBits) - 1;
    private const uint DistanceMask = (1u << InflateTables.DistanceBits) - 1;
    private const uint LiteralSecondMask = (1u << (DeflateFormat.MaxCodeLength - InflateTables.LiteralBits)) - 1;
    private const uint DistanceSecondMask = (1u << (DeflateFormat.MaxCodeLength - InflateTables.DistanceBits)) - 1;

    /// <summary>Decodes up to a margin, the end of the block or damage. Needs <see cref="MinInput"/> bytes of input, and room.</summary>
    public static InflateStop Run(InflateInput input, InflateWindow window, InflateTables tables)
    {
        fixed (byte* source = input.Buffer)
        fixed (byte* target = window.Buffer)
        fixed (uint* entries = tables.Entries)
        {
            var cursor = new InflateCursor
            {
                In = source + input.Position,
                InLimit = source + (input.End - InputMargin),
                Out = target + window.Position,
                OutLimit = target + InflateWindow.Limit,
                MemberStart = target + window.MemberStart,
                Tables = entries,
                Bits = input.Bits,
                BitCount = (uint)input.BitCount,
            };
            var stop = Decode(ref cursor);
            if (cursor.In > source + input.End || cursor.Out > target + InflateWindow.Limit + InflateWindow.Slack)
                throw new InvalidOperationException("A step left its margin.");
            window.Position = (int)(cursor.Out - target);
            input.Restore((int)(cursor.In - source), cursor.Bits, (int)(cursor.BitCount & 63));
            return stop;
        }
    }

    // Fully optimized at once, because the first layer of a process is often its only one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static InflateStop Decode(ref InflateCursor cursor)
    {
        var inAt = cursor.In;
        var outAt = cursor.Out;
        var tables = cursor.Tables;
        var (bits, count) = (cursor.Bits, cursor.BitCount);
        var stop = InflateStop.Margin;
        Load(ref bits, ref count, ref inAt);
        var entry = tables[bits & LiteralMask];
        while (outAt < cursor.OutLimit && inAt < cursor.InLimit)
        {
            Load(ref bits, ref count, ref inAt);
            if (IsLiteral(entry))
            {
                entry = Put(ref outAt, ref bits, ref count, entry, tables);
                if (IsLiteral(entry))
                {
                    entry = Put(ref outAt, ref bits, ref count, entry, tables);
                    if (IsLiteral(entry))
                    {
                        entry = Put(ref outAt, ref bits, ref count, entry, tables);
                        continue;
                    }
                }
            }

            if (IsExceptional(entry))
            {
                entry = Resolve(ref bits, ref count, entry, tables, LiteralSecondMask);
                if (IsLiteral(entry))
                {
                    entry = Put(ref outAt, ref bits, ref count, entry, tables);
                    continue;
                }

                if (IsExceptional(entry))
                {
                    stop = (entry & InflateEntry.EndOfBlock) != 0 ? InflateStop.EndOfBlock : InflateStop.InvalidCodeword;
                    break;
                }
            }

            var length = TakeValue(ref bits, ref count, entry);
            entry = tables[(bits & DistanceMask) + InflateTables.DistanceStart];
            Load(ref bits, ref count, ref inAt);
            if (IsExceptional(entry))
            {
                entry = Resolve(ref bits, ref count, entry, tables + InflateTables.DistanceStart, DistanceSecondMask);
                if (IsExceptional(entry))
                {
                    stop = InflateStop.InvalidCodeword;
                    break;
                }
            }

            var distance = TakeValue(ref bits, ref count, entry);
            if (distance > (nuint)(outAt - cursor.MemberStart))
            {
                stop = InflateStop.MatchBeforeStart;
                break;
            }

            // Loaded before the copy, so the load and the copy overlap.
            entry = tables[bits & LiteralMask];
            MatchCopy.Copy(outAt, length, distance);
            outAt += length;
        }

        if (stop == InflateStop.EndOfBlock)
            Take(ref bits, ref count, entry);
        cursor.In = inAt;
        cursor.Out = outAt;
        (cursor.Bits, cursor.BitCount) = (bits, count);
        return stop;
    }

    private static bool IsLiteral(uint entry) => (entry & InflateEntry.Literal) != 0;

    private static bool IsExceptional(uint entry) => (entry & InflateEntry.Exceptional) != 0;

    /// <summary>Loads as many whole bytes as fit. Bits above the count may already be there from an earlier load of the same bytes. Loading
    /// them again changes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref ulong bits, ref uint count, ref byte* at)
    {
        var next = Unsafe.ReadUnaligned<ulong>(at);
        bits |= (BitConverter.IsLittleEndian ? next : BinaryPrimitives.ReverseEndianness(next)) << (int)count;
        at += (~count >> 3) & 7;
        count |= 56;
    }

    /// <summary>Consumes the bits of an entry. Shifts use only its lowest six bits. Higher bits of the count are never read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(ref ulong bits, ref uint count, uint entry)
    {
        bits >>= (int)entry;
        count -= entry;
    }

    /// <summary>Consumes the codeword and extra bits of a length or distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint TakeValue(ref ulong bits, ref uint count, uint entry)
    {
        var taken = Bmi2.X64.IsSupported ? Bmi2.X64.ZeroHighBits(bits, entry) : bits & ((1UL << (int)entry) - 1);
        var value = (entry >> InflateEntry.ValueShift) + (uint)(taken >> (int)(entry >> InflateEntry.CodewordShift));
        Take(ref bits, ref count, entry);
        return value;
    }

    /// <summary>Writes a literal.</summary>
    /// <returns>The next entry.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Put(ref byte* at, ref ulong bits, ref uint count, uint entry, uint* tables)
    {
        Take(ref bits, ref count, entry);
        *at++ = (byte)(entry >> InflateEntry.ValueShift);
        return tables[bits & LiteralMask];
    }

    /// <summary>Continues in the second-level table if the entry points to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Resolve(ref ulong bits, ref uint count, uint entry, uint* table, uint secondMask)
    {
        if ((entry & InflateEntry.SecondLevel) == 0)
            return entry;
        Take(ref bits, ref count, entry);
        return table[(uint)InflateEntry.SecondStart(entry) + ((uint)bits & secondMask)];
    }
}
