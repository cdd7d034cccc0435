using RegistryCache;

namespace QuickStart;

/// <summary>
/// The main use from end to end: build a cache from real files, export it, import it, look up a step, restore its files.
/// </summary>
internal static class Tour
{
    public static async Task<int> RunAsync(string? targetText, TextWriter output, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("registry-cache-quickstart-").FullName;
        try
        {
            var target = targetText is null
                ? CacheTarget.Local(Path.Combine(work, "cache")) with { Mode = CacheMode.Max }
                : CacheTarget.Parse(targetText);
            await RunAsync(target, work, output, cancellationToken);
            return 0;
        }
        catch (RegistryCacheException e)
        {
            Console.Error.WriteLine($"error {e.CodeText}: {e.Message}");
            return e is CacheParameterException ? 2 : 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task RunAsync(CacheTarget target, string work, TextWriter output, CancellationToken cancellationToken)
    {
        var source = Path.Combine(work, "src");
        var built = Path.Combine(work, "out");
        var restored = Path.Combine(work, "restored");
        WriteSources(source);

        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();

        output.WriteLine("1. The first build, without a cache");
        await using (var session = await cache.OpenSessionAsync([], cancellationToken))
        {
            var compile = await DescribeAsync(session, source, cancellationToken);
            output.WriteLine($"   look up   {compile} → "
                + $"{(await session.FindAsync(compile, cancellationToken) is null ? "miss, so it runs" : "hit")}");
            Compile(source, built);
            var result = await session.RecordAsync(compile, LayerSource.FromDirectory(built), cancellationToken);
            output.WriteLine($"   record    {Count(built)} files as layer {Short(result.Chain!.Top.Digest.ToString())}, "
                + $"{result.Chain.Top.Descriptor.Size:N0} bytes");
            var report = await session.ExportAsync(target, options: null, cancellationToken);
            output.WriteLine($"   export    {report.Layers.Count} layer, {report.BytesSent:N0} bytes sent → "
                + $"{report.Places[0].Store}:{report.Places[0].Tag}");
            output.WriteLine($"             manifest {report.Manifest!.Digest}");
        }

        output.WriteLine();
        output.WriteLine("2. The next build, on another machine");
        await using (var session = await cache.OpenSessionAsync([target.ToSource().ToString()], cancellationToken))
        {
            output.WriteLine($"   import    {session.Graph.Records.Length} records, {session.Graph.CollectChains().Count} layer");
            var compile = await DescribeAsync(session, source, cancellationToken);
            var hit = await session.FindAsync(compile, cancellationToken)
                ?? throw new InvalidOperationException($"The cache that was just written has no {compile}: {session.Explain(compile)}");
            var report = await hit.RestoreAsync(restored, cancellationToken);
            output.WriteLine($"   look up   {compile} → hit, so it does not run");
            output.WriteLine($"   restore   {report.Bytes:N0} bytes: {string.Join(", ", Files(restored))}");
            Verify(built, restored);
            output.WriteLine("   verify    every restored file equals the built one");

            File.WriteAllText(Path.Combine(source, "lib.txt"), "a changed line\n");
            var changed = await DescribeAsync(session, source, cancellationToken);
            output.WriteLine("   change    src/lib.txt → "
                + $"{(await session.FindAsync(changed, cancellationToken) is null ? "miss, as expected" : "hit")}");
        }

        output.WriteLine();
        output.WriteLine(target.Type == "local"
            ? "The temporary directory was deleted. To keep the cache: dotnet run --project samples/QuickStart "
                + "-- --to type=local,dest=./cache,mode=max"
            : $"The cache was kept. To look at it: registry-cache inspect {target.ToSource()}");
    }

    /// <summary>Defines the step: its tool, its flags, and the content of its inputs.</summary>
    private static async Task<CacheStep> DescribeAsync(BuildSession session, string source, CancellationToken cancellationToken)
    {
        var sources = session.Content(await ContentDigest.OfDirectoryAsync(source, cancellationToken: cancellationToken));
        return CacheStep.Define("quickstart.upper.v1").With("tool", "upper 1.0").Reading(sources);
    }

    private static void WriteSources(string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "docs"));
        File.WriteAllText(Path.Combine(directory, "app.txt"), "hello from the build cache\n");
        File.WriteAllText(Path.Combine(directory, "lib.txt"), string.Concat(Enumerable.Range(1, 500).Select(i => $"line {i}\n")));
        File.WriteAllText(Path.Combine(directory, "docs", "readme.txt"), "read me\n");
    }

    /// <summary>Simulates a slow tool: writes every file in upper case.</summary>
    private static void Compile(string source, string destination)
    {
        foreach (var file in Files(source))
        {
            var to = Path.Combine(destination, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.WriteAllText(to, File.ReadAllText(Path.Combine(source, file)).ToUpperInvariant());
        }
    }

    private static void Verify(string expected, string actual)
    {
        if (!Files(expected).SequenceEqual(Files(actual))
            || Files(expected).Any(f =>
                !File.ReadAllBytes(Path.Combine(expected, f)).SequenceEqual(File.ReadAllBytes(Path.Combine(actual, f)))))
            throw new InvalidOperationException("The restored files differ from the built ones.");
    }

    private static int Count(string directory) => Files(directory).Count;

    private static List<string> Files(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(directory, f))
            .Order(StringComparer.Ordinal)];

    private static string Short(string digest) => digest[..19];
}
