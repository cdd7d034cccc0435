using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Tars that were honest once: in every dialect, and with ways out of the folder, changed at random.</summary>
internal static class TarMutation
{
    private static readonly byte[][] Own =
    [
        new RawTar().Directory("d").File("d/f", "content").Symlink("d/l", "f").HardLink("h", "d/f").File("d/.wh.x", "").End(),
        new RawTar().Pax(("path", "p/long"), ("mtime", "1.5"), ("SCHILY.xattr.user.a", "b")).File("f").Long('L', "n/../n").File("g").End(),
        new RawTar().Pax(("GNU.sparse.map", "2,1,5,1"), ("GNU.sparse.size", "9")).File("s", "xy").Global(("comment", "c")).File("t").End(),
    ];

    // Each would write to the canary beside the target if a link were followed or a name were joined as it stands.
    private static readonly byte[][] WaysOut =
    [
        new RawTar().Symlink("l", "../canary").File("l/file", "dead").File("l/new", "dead").End(),
        new RawTar().Symlink("a", "..").Symlink("a/canary/b", "c").Directory("a/canary").HardLink("h", "a/canary/file").End(),
        new RawTar().Directory("d").Symlink("d/l", "../../canary/file").File("d/l", "dead").HardLink("m", "d/l").Symlink("d", ".").End(),
        new RawTar().File("../canary/file", "dead").Pax(("path", "../canary/file")).File("x").Long('L', "d/../../canary/file\0").File("y").End(),
        new RawTar().Symlink("l", "../canary").File("l/.wh.file", "").File("l/.wh..wh..opq", "").File(".wh...", "").File(".wh..", "").End(),
        new RawTar().HardLink("h", "../canary/file").Pax(("linkpath", "../canary/file")).HardLink("i", "x").Long('K', "../canary/file\0").HardLink("j", "x").End(),
    ];

    private static readonly byte[][] Foreign = [.. ForeignTars.All().Select(tar => tar.Bytes)];

    private static readonly string[] Sizes =
    [
        "00000000000", "77777777777", "00000000001", "-0000000001", "00000001000", "\u0080\0\0\0\0\0\0\0\0\0\u0001\0", new string('\u00ff', 12),
    ];

    private static readonly string[] Names =
    [
        "/\0", ".\0", "..\0", "../canary/file\0", "../canary\0", "l/../../canary/file\0", "/../canary/new\0", ".wh..wh..opq\0", "l/file\0", "d/f\0", "\0", "a/\0", "\n\0",
    ];

    private static readonly byte[] Values = [.. "./\0 17xgLKS012345-=,"u8, 0x80, 0xff];

    /// <summary>A tar of the seeds, of a random writer, or of two of them, with one to six changes.</summary>
    public static byte[] Next(Random random)
    {
        var tar = Original(random);
        for (var changes = random.Next(1, 7); changes > 0 && tar.Length >= 512; changes--)
            tar = Change(tar, random);
        return tar;
    }

    private static byte[] Original(Random random) => random.Next(6) switch
    {
        0 => Own[random.Next(Own.Length)].ToArray(),
        1 or 2 => WaysOut[random.Next(WaysOut.Length)].ToArray(),
        3 => RandomTar.Create(random.Next(), entries: random.Next(1, 12), maxFileLength: 2000),
        4 => [.. WithoutEnd(WaysOut[random.Next(WaysOut.Length)]), .. Foreign[random.Next(Foreign.Length)]],
        _ => Foreign[random.Next(Foreign.Length)].ToArray(),
    };

    private static byte[] WithoutEnd(byte[] tar) => tar[..^1024];

    private static byte[] Change(byte[] tar, Random random)
    {
        var blocks = tar.Length / 512;
        var block = random.Next(blocks) * 512;
        var other = random.Next(blocks) * 512;
        switch (random.Next(12))
        {
            case 0:
                return Mutation.Of(tar, random);
            case 1:
                return [.. tar[..block], .. tar[(block + 512)..]];
            case 2:
                return [.. tar[..block], .. tar[other..(other + 512)], .. tar[block..]];
            case 3:
                tar.AsSpan(other, 512).CopyTo(tar.AsSpan(block));
                return tar;
            case 4:
                Encoding.Latin1.GetBytes(Sizes[random.Next(Sizes.Length)]).CopyTo(tar.AsSpan(block + 124));
                break;
            case 5:
                Encoding.Latin1.GetBytes(Names[random.Next(Names.Length)]).CopyTo(tar.AsSpan(block + (random.Next(2) == 0 ? 0 : 157)));
                break;
            case 6:
                tar[block + 156] = Values[random.Next(Values.Length)];
                break;
            default:
                tar[block + random.Next(512)] = random.Next(4) == 0 ? (byte)random.Next(256) : Values[random.Next(Values.Length)];
                break;
        }

        FixChecksum(tar.AsSpan(block, 512));
        return tar;
    }

    private static void FixChecksum(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in block)
            sum += b;
        Encoding.ASCII.GetBytes(RawTar.Octal(sum, 6) + "\0 ").CopyTo(block[148..]);
    }
}
