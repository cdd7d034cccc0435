namespace RegistryCache.Fixtures;

/// <summary>Small random damage to bytes, of the kinds that parsers meet.</summary>
public static class Mutation
{
    private static readonly string[] Tokens = ["null", "-1", "9999999999", "1.5", "{", "}", "[", "]", "\"", ",", ":", "\\u0000", "true", "{}", "[[]]"];

    /// <summary>A damaged copy.</summary>
    public static byte[] Of(ReadOnlySpan<byte> original, Random random)
    {
        var bytes = original.ToArray().ToList();
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 200))));
                    break;
                case 3:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)].Select(c => (byte)c));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
