using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Tests.Snapshots;

internal sealed class TarHeaderTests
{
    [Test]
    public void The_length_of_a_header_is_known_before_it_is_written()
    {
        var random = new Random(17);
        string[] parts = ["a", "ü", ".wh.x", "%.wh.y", new string('n', 40), new string('l', 101)];
        long[] numbers = [0, 1, 0x1fffff, 0x200000, 0x1_ffff_ffff, 0x2_0000_0000];
        var lengths = new HashSet<int>();
        for (var i = 0; i < 20_000; i++)
        {
            var entry = new LayerEntry
            {
                Path = Text(random.Next(1, 5)),
                Kind = (LayerEntryKind)random.Next((int)LayerEntryKind.Fifo + 1),
                LinkTarget = Text(random.Next(0, 3)),
                Size = Number(),
                UserId = Number(),
                GroupId = Number(),
                ModifiedAt = random.Next(3) == 0 ? CacheTime.FromUnix(random.Next(-1, 2), random.Next(2)) : CacheTime.FromUnix(5),
                ExtendedAttributes = random.Next(9) == 0 ? new Dictionary<string, ReadOnlyMemory<byte>> { ["user.a"] = new byte[3] } : [],
            };

            var length = TarHeaderWriter.LengthOf(entry);

            Assert.That(length, Is.EqualTo(TarHeaderWriter.Write(entry).Length), entry.ToString());
            lengths.Add(length);
        }

        Assert.That(lengths, Has.Count.GreaterThan(1));

        string Text(int count) => string.Join('/', Enumerable.Range(0, count).Select(_ => parts[random.Next(parts.Length)]));

        long Number() => numbers[random.Next(random.Next(4) == 0 ? numbers.Length : 3)];
    }
}
