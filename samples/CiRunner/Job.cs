using RegistryCache;

namespace CiRunner;

/// <summary>A job: restore the package folder, download what is missing, and save the folder unless the cache already has it.</summary>
internal sealed class Job(FolderCache folders, string root, Checks checks)
{
    private int _runs;

    public async Task RunAsync(string title, string[] packages, Expect expected, int downloads)
    {
        var folder = Path.Combine(root, $"runner-{++_runs}", "packages");
        var key = "packages-linux-" + Digest.OfText(string.Join('\n', packages)).Hex[..12];
        Console.WriteLine($"\n{title}");

        var found = await folders.RestoreAsync(key, fallbacks: ["packages-linux-"], into: folder);
        Console.WriteLine(found switch
        {
            { IsExact: true } => $"  restored  {found.Key}, {found.Report!.Bytes} bytes",
            { IsHit: true } => $"  restored  {found.Key} instead of {key}",
            _ => $"  miss      {key}",
        });
        var downloaded = Download(folder, packages);
        if (!found.IsExact)
        {
            var saved = await folders.SaveAsync(key, folder);
            Console.WriteLine($"  saved     {key}, {saved.BytesSent} bytes sent");
        }

        checks.That(expected == Outcome(found), $"expected {expected}");
        checks.That(downloaded == downloads, $"downloaded {downloaded} packages instead of {downloads}");
        checks.That(Directory.GetFiles(folder).Length == packages.Length, "the folder does not contain the packages");
    }

    public async Task RunTogetherAsync(string title, int jobs)
    {
        Console.WriteLine($"\n{title}");
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(i => Task.Run(async () =>
        {
            var folder = Path.Combine(root, $"matrix-{i}");
            Download(folder, [$"tool {i}.0"]);
            await folders.SaveAsync($"matrix-{i}", folder);
        })));
        var keys = await folders.ListAsync();
        foreach (var key in keys)
            Console.WriteLine($"  {key.Key,-30}{key.Size,8} bytes");
        checks.That(Enumerable.Range(0, jobs).All(i => keys.Any(k => k.Key == $"matrix-{i}")), "a key was lost");
    }

    public static Expect Outcome(FolderRestore found) =>
        found.IsExact ? Expect.Exact : found.IsHit ? Expect.Fallback : Expect.Miss;

    private static int Download(string folder, string[] packages)
    {
        Directory.CreateDirectory(folder);
        var missing = packages.Select(p => Path.Combine(folder, p + ".pkg")).Where(p => !File.Exists(p)).ToList();
        foreach (var path in missing)
        {
            File.WriteAllText(path, string.Concat(Enumerable.Repeat(Path.GetFileName(path) + "\n", 2000)));
            Console.WriteLine($"  download  {Path.GetFileName(path)}");
        }

        return missing.Count;
    }
}
