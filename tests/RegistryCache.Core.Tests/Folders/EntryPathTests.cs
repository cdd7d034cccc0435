using System.Buffers.Binary;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A path in UTF-8 is the same as its text.</summary>
internal sealed class EntryPathTests
{
    private static readonly byte[][] Paths =
        [[], [.. "a"u8], [.. "ab"u8], [.. "a/b/c"u8], [.. "ü/中😀"u8], [0x64, 0xff], [0xed, 0xb2, 0x80], [0xff, 0x2f, 0xfe]];

    [Test]
    public void It_and_its_text_stand_for_each_other([ValueSource(nameof(Paths))] byte[] bytes)
    {
        EntryPath path = new(bytes);
        EntryPath again = path.ToString();

        Assert.That(again.Span.ToArray(), Is.EqualTo(bytes));
        Assert.That((again.Equals(path), again.GetHashCode()), Is.EqualTo((true, path.GetHashCode())));
        Assert.That(Paths.Count(other => path.Is(new EntryPath(other).ToString())), Is.EqualTo(1));
        Assert.That((path.Directory.ToString(), PathText.Decode(path.Name)), Is.EqualTo(LayerPaths.Split(path.ToString())));
    }

    [Test]
    public void Nobody_can_choose_paths_with_equal_hashes()
    {
        // For these, HashCode gives two values, whatever its seed is: the second change undoes the first.
        const uint Prime1 = 2654435761, InverseOfPrime2 = 3066638151;
        var hashes = new HashSet<int>();
        for (var i = 0U; i < 8192; i++)
        {
            var bytes = new byte[32];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, unchecked((i << 19) * InverseOfPrime2));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), unchecked(0U - (i * Prime1 * InverseOfPrime2)));
            hashes.Add(new EntryPath(bytes).GetHashCode());
        }

        Assert.That(hashes, Has.Count.GreaterThan(8000));
    }
}
