namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RandomTreeTests(string access) : SnapshotFixture(access)
{
    [TestCase(1)]
    [TestCase(2, Category = "Slow")]
    [Category("Slow")]
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
            await ContentDigest.OfDirectoryAsync(Scratch["copy"], cancellationToken: CancellationToken.None),
            Is.EqualTo(await ContentDigest.OfDirectoryAsync(Scratch["tree"], cancellationToken: CancellationToken.None)));
        var memory = await LayerApplier.ReadIntoMemoryAsync(layers.Select(layer => BlobSource.FromBytes(layer)), new RestoreLimits(), CancellationToken.None);
        Assert.That(memory.Values.Select(entry => entry.Entry.Path).Order(StringComparer.Ordinal), Is.EqualTo(
            Trees.Describe(Scratch["tree"]).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal)));
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
