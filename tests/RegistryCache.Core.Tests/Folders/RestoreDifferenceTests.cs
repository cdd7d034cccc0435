using System.Buffers;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Folders;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>What a folder lacks is found by going through both sides in order; here it is compared with plain tables of random ones.</summary>
internal sealed class RestoreDifferenceTests
{
    private static readonly CacheLayer Layer =
        new(new Descriptor(MediaTypes.OciLayerZstd, Digest.OfText("layer"), 1), BlobSource.FromBytes(Array.Empty<byte>()));

    [Test]
    public void Random_folders_are_told_apart([Values(1, 2, 3)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            List<FolderGroup> groups = [.. Enumerable.Range(0, random.Next(1, 4)).Select(n => RandomGroup(random, isBase: n == 0))];
            var expected = TableOf(groups);
            var state = RandomState(random, expected.Values.Select(e => e.Entry));
            var same = state.Select(_ => random.Next(4) > 0).ToArray();

            var wanted = WantedFolder.Of(SavedFolder.Of(groups), RestoreLimits.ForFolders)!;
            var difference = new RestoreDifference(wanted, new FolderState { Folder = "", Form = "", Boot = "", Time = default, Parts = PartsOf(state) }, same);
            var selection = difference.Select([.. Enumerable.Repeat(BlobSource.FromBytes(Array.Empty<byte>()), 100)], () => true);

            Assert.That(ListOf(wanted), Is.EqualTo(expected.Values.OrderBy(e => e.Entry.Path)));
            Assert.That((wanted.Count, wanted.Bytes), Is.EqualTo((expected.Count, expected.Values.Sum(e => e.Entry.Size))));
            foreach (var (entry, layer) in expected.Values)
            {
                var n = state.FindIndex(s => s.Path.Equals(entry.Path));
                var isThere = n >= 0 && same[n] && state[n].Identity == entry.Identity && state[n].Stamp.Modified == entry.Modified;
                var isTaken = difference.Layers.Index().Any(l => l.Item == layer && selection.Take(l.Index, entry.Path.ToString()) == entry.Modified);
                Assert.That(isTaken, Is.EqualTo(!isThere), entry.Path.ToString());
            }

            var described = difference.Describe(e => new StampedEntry(e.Path, e.Kind, 0, default, 99), keepsOthers: true).SelectMany(Unpacked);
            var claims = state.Where((_, n) => same[n]).ToDictionary(s => s.Path);
            foreach (var (entry, _) in expected.Values)
            {
                if (difference.Changes(entry.Path) || !claims.ContainsKey(entry.Path))
                    claims[entry.Path] = new StampedEntry(entry.Path, entry.Kind, 0, default, 99);
            }

            Assert.That(described, Is.EqualTo(claims.Values.OrderBy(e => e.Path)));
        }
    }

    [Test]
    public void Paths_are_in_the_order_of_a_tree()
    {
        EntryPath[] sorted = ["", "a", "a/a", "a/b", "a/b/c", "a/b-c", "a b", "a-b", "ab", "b"];
        foreach (var (i, path) in sorted.Index())
            Assert.That(sorted.Select(other => Math.Sign(path.CompareTo(other))), Is.EqualTo(sorted.Select((_, n) => i.CompareTo(n))), path.ToString());
    }

    // A part that is as it was is given as it is.
    private static List<StampedEntry> Unpacked(StampedPiece piece)
    {
        if (piece.Part is null)
            return [piece.Entry with { Path = piece.Entry.Path.Keep() }];
        var entries = new List<StampedEntry>();
        foreach (ref readonly var entry in piece.Part.Read())
            entries.Add(entry with { Path = entry.Path.Keep() });
        return entries;
    }

    private static List<(IndexedEntry, int)> ListOf(WantedFolder wanted)
    {
        var list = new List<(IndexedEntry, int)>();
        for (var entries = wanted.Read(); entries.HasCurrent; entries.MoveNext())
            list.Add((entries.Current with { Path = entries.Current.Path.Keep() }, entries.Layer));
        return list;
    }

    private static Dictionary<EntryPath, (IndexedEntry Entry, int Layer)> TableOf(IEnumerable<FolderGroup> groups)
    {
        var table = new Dictionary<EntryPath, (IndexedEntry, int)>();
        var layer = 0;
        foreach (var index in groups.Select(g => g.Index))
        {
            foreach (var path in index.Gone)
                table.Remove(path);
            var next = 0;
            foreach (var described in index.Layers)
            {
                layer++;
                foreach (var entry in index.Entries.AsSpan(next, described.Count))
                    table[entry.Path] = (entry, layer);
                next += described.Count;
            }

            layer++;
        }

        return table;
    }

    private static string RandomPath(Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.GetItems(["a", "a-b", "ab", "b", "ü", "\udc80"], 1)[0]));

    // Sometimes a path comes twice, or not in its order.
    private static FolderGroup RandomGroup(Random random, bool isBase)
    {
        var paths = Enumerable.Range(0, random.Next(isBase ? 60 : 20)).Select(_ => (EntryPath)RandomPath(random));
        if (random.Next(3) > 0)
            paths = paths.Distinct().Order();
        IndexedEntry[] entries = [.. paths.Select(p => new IndexedEntry(
            p, LayerEntryKind.File, random.Next(100), new FileTime(random.Next(2), 0), (UInt128)random.Next(3)))];
        var cut = random.Next(entries.Length + 1);
        var index = new EntryIndex
        {
            Scale = isBase ? 1 : 0,
            HasTimes = true,
            Layers = [new(Digest.OfText("a"), 1, cut), new(Digest.OfText("b"), 1, 0), new(Digest.OfText("c"), 1, entries.Length - cut)],
            Entries = entries,
            Gone = isBase ? [] : [.. Enumerable.Range(0, random.Next(9)).Select(_ => RandomPath(random)).Distinct()],
        };
        return new FolderGroup(Layer, EntryIndex.Parse(index.ToBytes())!, [Layer, Layer, Layer]);
    }

    private static List<StampedEntry> RandomState(Random random, IEnumerable<IndexedEntry> wanted)
    {
        var others = Enumerable.Range(0, random.Next(9))
            .Select(_ => new IndexedEntry(RandomPath(random), LayerEntryKind.File, 0, default, 7));
        return [.. wanted.Where(_ => random.Next(5) > 0).Concat(others).DistinctBy(e => e.Path).OrderBy(e => e.Path).Select(e => new StampedEntry(
            e.Path, e.Kind, UnixFileMode.UserRead,
            new FileStamp(e.Size, random.Next(9) == 0 ? default : e.Modified, new FileTime(random.Next(100), 5), (ulong)random.NextInt64(), 3),
            random.Next(9) == 0 ? 5 : e.Identity))];
    }

    private static List<StampedPart> PartsOf(List<StampedEntry> entries)
    {
        var parts = new List<StampedPart>();
        foreach (var chunk in entries.Chunk(5))
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new StampedPart.Writer(bytes);
            foreach (var entry in chunk)
                writer.Write(entry);
            parts.Add(new StampedPart(parts.Sum(p => p.Count), chunk.Length, bytes.WrittenMemory));
        }

        return parts;
    }
}
