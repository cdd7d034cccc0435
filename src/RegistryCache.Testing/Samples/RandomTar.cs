using System.Formats.Tar;
using System.Text;

namespace RegistryCache.Testing.Samples;

/// <summary>Tars with entries of every kind that a layer may hold, the same for the same seed.</summary>
internal static class RandomTar
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A tar.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="entries">How many entries.</param>
    /// <param name="maxFileLength">The upper bound of a file's length in bytes, exclusive.</param>
    public static byte[] Create(int seed, int entries = 40, int maxFileLength = 50_000)
    {
        var random = new Random(seed);
        using var result = new MemoryStream();
        using (var writer = new TarWriter(result, random.Next(2) == 0 ? TarEntryFormat.Pax : TarEntryFormat.Gnu, leaveOpen: true))
        {
            for (var i = 0; i < entries; i++)
                writer.WriteEntry(NextEntry(random, writer.Format, i, maxFileLength));
        }

        // GNU tar pads to whole records; other writers stop after two zero blocks.
        if (random.Next(2) == 0)
            result.Write(new byte[10240 - (int)(result.Length % 10240)]);
        return result.ToArray();
    }

    /// <summary>Bytes that compress about as well as source code does.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="length">How many.</param>
    public static byte[] Compressible(Random random, int length)
    {
        var result = new byte[length];
        var words = new byte[64][];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = new byte[random.Next(2, 12)];
            random.NextBytes(words[i]);
        }

        for (var position = 0; position < length;)
        {
            var word = words[random.Next(words.Length)];
            var count = Math.Min(word.Length, length - position);
            word.AsSpan(0, count).CopyTo(result.AsSpan(position));
            position += count;
        }

        return result;
    }

    private static PosixTarEntry NextEntry(Random random, TarEntryFormat format, int index, int maxFileLength)
    {
        var name = NextName(random, index);
        var kind = random.Next(12) switch
        {
            0 => TarEntryType.Directory,
            1 => TarEntryType.SymbolicLink,
            2 => TarEntryType.HardLink,
            3 => TarEntryType.CharacterDevice,
            4 => TarEntryType.BlockDevice,
            5 => TarEntryType.Fifo,
            _ => TarEntryType.RegularFile,
        };
        PosixTarEntry entry;
        if (format == TarEntryFormat.Gnu)
            entry = new GnuTarEntry(kind, name);
        else
            entry = new PaxTarEntry(kind, name, NextAttributes(random));
        entry.ModificationTime = Time.AddSeconds(random.Next(1_000_000)).AddTicks(random.Next(10_000_000));
        entry.Uid = random.Next(3) * 1000;
        entry.Gid = random.Next(3) * 1000;
        entry.UserName = random.Next(2) == 0 ? "" : "user" + random.Next(3);
        entry.Mode = (UnixFileMode)random.Next(0x1000);
        if (kind is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = NextName(random, index / 2);
        if (kind is TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
            (entry.DeviceMajor, entry.DeviceMinor) = (random.Next(256), random.Next(256));
        if (kind == TarEntryType.RegularFile)
            entry.DataStream = new MemoryStream(NextContent(random, maxFileLength));
        return entry;
    }

    private static Dictionary<string, string> NextAttributes(Random random)
    {
        var result = new Dictionary<string, string>();
        if (random.Next(3) == 0)
            result["SCHILY.xattr.user.note"] = "value " + random.Next();
        if (random.Next(8) == 0)
            result["comment"] = "é € 漢";
        return result;
    }

    private static string NextName(Random random, int index)
    {
        var name = new StringBuilder(random.Next(4) == 0 ? "./" : "");
        name.Append("dir").Append(index % 5).Append('/');
        if (random.Next(6) == 0)
            name.Append('l', random.Next(90, 300)).Append('/');
        if (random.Next(8) == 0)
            name.Append("<é&\u2028>");
        return name.Append("entry").Append(index).ToString();
    }

    private static byte[] NextContent(Random random, int maxLength)
    {
        var length = random.Next(5) switch
        {
            0 => 0,
            1 => random.Next(Math.Min(1024, maxLength)),
            2 => 512 * random.Next(1, Math.Max(2, maxLength / 512)),
            _ => random.Next(maxLength),
        };
        if (random.Next(2) == 0)
            return Compressible(random, length);
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
