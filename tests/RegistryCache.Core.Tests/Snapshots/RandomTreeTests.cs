using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Snapshots;

namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RandomTreeTests(string access) : SnapshotFixture(access)
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Random_trees_and_their_differences_come_back_as_they_were(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Scratch.Create("tree");
        Mutate(random, Scratch["tree"], 200);
        var layers = new List<byte[]> { await TarOfAsync(Scratch["tree"]) };
        for (var round = 0; round < 4; round++)
        {
            var before = await DirectoryState.CaptureAsync(Scratch["tree"], Taking(), readContent: round % 2 == 0);
            Mutate(random, Scratch["tree"], 60);
            layers.Add(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)));
        }

        await ApplyAsync(Scratch["copy"], new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any }, [.. layers]);

        Assert.That(Trees.Describe(Scratch["copy"]), Is.EqualTo(Trees.Describe(Scratch["tree"])));
        Assert.That(
            await ContentDigest.OfDirectoryAsync(Scratch["copy"], CancellationToken.None),
            Is.EqualTo(await ContentDigest.OfDirectoryAsync(Scratch["tree"], CancellationToken.None)));
        var memory = await LayerApplier.ReadIntoMemoryAsync(layers.Select(layer => BlobSource.FromBytes(layer)), new RestoreLimits(), CancellationToken.None);
        Assert.That(memory.Entries.Select(entry => entry.Entry.Path).Order(StringComparer.Ordinal), Is.EqualTo(
            Trees.Describe(Scratch["tree"]).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task Mutated_tars_neither_escape_nor_crash()
    {
        const int Seed = 20261123;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        Scratch.Write("canary/file", "alive");
        var canary = Trees.Describe(Scratch["canary"], withTimes: true);
        byte[][] seeds =
        [
            new RawTar().Directory("d").File("d/f", "content").Symlink("d/l", "f").HardLink("h", "d/f").File("d/.wh.x", "").End(),
            new RawTar().Pax(("path", "p/long"), ("mtime", "1.5"), ("SCHILY.xattr.user.a", "b")).File("f").Long('L', "n/../n").File("g").End(),
            new RawTar().Pax(("GNU.sparse.map", "2,1,5,1"), ("GNU.sparse.size", "9")).File("s", "xy").Global(("comment", "c")).File("t").End(),
        ];

        var refused = 0;
        for (var i = 0; i < 600; i++)
        {
            var tar = seeds[i % seeds.Length].ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var block = random.Next(tar.Length / 512) * 512;
                tar[block + random.Next(512)] = (byte)"./\0\u00ff17xgLKS012345"[random.Next(17)];
                FixChecksum(tar.AsSpan(block, 512));
            }

            try
            {
                await ApplyAsync(Scratch["target"], new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any }, tar);
            }
            catch (RegistryCacheException)
            {
                refused++;
            }
        }

        TestContext.Out.WriteLine($"{refused} of 600 refused");
        Assert.That(refused, Is.InRange(50, 599));
        Assert.That(Trees.Describe(Scratch["canary"], withTimes: true), Is.EqualTo(canary));
        Assert.That(Directory.GetFileSystemEntries(Scratch.Path), Has.Length.EqualTo(2));
    }

    private static void FixChecksum(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in block)
            sum += b;
        System.Text.Encoding.ASCII.GetBytes(RawTar.Octal(sum, 6) + "\0 ").CopyTo(block[148..]);
    }

    private static void Mutate(Random random, string root, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var directories = new List<string> { root };
            directories.AddRange(Directory.GetDirectories(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }));
            var path = Path.Combine(directories[random.Next(directories.Count)], "n" + random.Next(12));
            if (path.Length - root.Length > 60)
                continue;
            Remove(path);
            switch (random.Next(6))
            {
                case 0 or 1:
                    Directory.CreateDirectory(path);
                    break;
                case 2:
                    File.CreateSymbolicLink(path, "n" + random.Next(12));
                    break;
                case 3 or 4:
                    var content = new byte[random.Next(3) == 0 ? random.Next(400_000) : random.Next(2000)];
                    random.NextBytes(content);
                    File.WriteAllBytes(path, content);
                    break;
            }
        }
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || File.Exists(path))
            File.Delete(path);
        else if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
