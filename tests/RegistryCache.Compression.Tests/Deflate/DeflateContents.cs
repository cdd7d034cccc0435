using System.Text;

namespace RegistryCache.Compression.Tests.Deflate;

/// <summary>Content of every shape that matters to a compressor, the same on every run.</summary>
internal static class DeflateContents
{
    private static readonly string[] _words = ["layer", "digest", "manifest", "of", "the", "a", "blob", "cache", "index", "\n", " ", ".", "0", "registry"];

    private static readonly byte[] _noise = Noise();

    private static readonly byte[] _text = Text(200_000);

    public static IEnumerable<(string Name, byte[] Content)> All()
    {
        yield return ("empty", []);
        yield return ("one byte", [42]);
        yield return ("zeros", new byte[100_000]);
        yield return ("zeros up to one byte more than a match", new byte[260]);
        yield return ("every byte once", [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        yield return ("a period of three", [.. Enumerable.Range(0, 70_000).Select(at => (byte)(at % 3))]);
        yield return ("a period of the window", [.. Enumerable.Range(0, 3 * 32768).Select(at => _noise[at % 32768])]);
        yield return ("a period of one byte more than the window", [.. Enumerable.Range(0, 3 * 32768).Select(at => _noise[at % 32769])]);
        yield return ("noise", _noise);
        yield return ("text", Text(60_000));
        yield return ("mixed", Mixed(200_000));
        yield return ("skewed", Skewed());
    }

    public static byte[] Text(int length)
    {
        var random = new Random(5);
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(_words[(int)(random.NextDouble() * random.NextDouble() * _words.Length)]).Append(random.Next(9) == 0 ? random.Next().ToString("x", null) : " ");
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>Stretches of text, records, noise and repetition, as tars have them.</summary>
    public static byte[] Mixed(int length)
    {
        var random = new Random(6);
        var content = new List<byte>(length + 60_000);
        while (content.Count < length)
            content.AddRange(Random(random, random.Next(1, 50_000)));
        return [.. content.Take(length)];
    }

    public static byte[] Random(Random random, int length)
    {
        var content = new byte[length];
        switch (random.Next(5))
        {
            case 0:
                random.NextBytes(content);
                break;
            case 1:
                _text.AsSpan(random.Next(_text.Length - length), length).CopyTo(content);
                break;
            case 2:
                // Records of a fixed length with counters and few values.
                for (var i = 0; i < length; i++)
                    content[i] = (byte)((i % 24) switch { 0 => i / 24, 1 => i / 6144, < 12 => 0, < 20 => i % 24, _ => random.Next(4) });
                break;
            case 3:
                var alphabet = random.Next(1, 256);
                for (var i = 0; i < length; i++)
                    content[i] = (byte)random.Next(alphabet);
                break;
            default:
                // Copies from everywhere before, of every length.
                for (var i = 0; i < length;)
                {
                    content[i++] = (byte)random.Next(256);
                    var distance = random.Next(1, i + 1);
                    for (var left = random.Next(300); left > 0 && i < length; left--, i++)
                        content[i] = content[i - distance];
                }

                break;
        }

        return content;
    }

    private static byte[] Noise()
    {
        var noise = new byte[32769];
        new Random(4).NextBytes(noise);
        return noise;
    }

    /// <summary>Counts like the Fibonacci numbers, for which the best code words would be longer than the format allows.</summary>
    private static byte[] Skewed()
    {
        var content = new List<byte>();
        var (count, next) = (1, 1);
        for (var value = 0; value < 22; value++)
        {
            content.AddRange(Enumerable.Repeat((byte)value, count));
            (count, next) = (next, count + next);
        }

        var shuffled = content.ToArray();
        new Random(8).Shuffle(shuffled);
        return shuffled;
    }
}
