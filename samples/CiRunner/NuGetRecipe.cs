using RegistryCache;

namespace CiRunner;

/// <summary>The global packages folder of NuGet, keyed by the lock files.</summary>
internal sealed class NuGetRecipe(FolderCache folders, string root, Checks checks)
{
    private int _runs;

    private string Feed => Path.Combine(root, "feed");

    public async Task RunAsync()
    {
        Project.Pack(Feed, "Acme.Json", "1.0.0");
        Project.Pack(Feed, "Acme.Http", "2.1.0");
        await LockAsync("one", ("Acme.Json", "1.0.0"));
        await LockAsync("two", ("Acme.Json", "1.0.0"), ("Acme.Http", "2.1.0"));
        await RunAsync("A job restores real NuGet packages from the feed, and saves the global packages folder.", "one", Expect.Miss);

        // From here on only the cache has this package.
        File.Delete(Path.Combine(Feed, "Acme.Json.1.0.0.nupkg"));
        await RunAsync("The same lock file: the package comes from the cache.", "one", Expect.Exact);
        await RunAsync("One more package: the newest folder has the other one, and only the new one comes from the feed.", "two",
            Expect.Fallback);
    }

    /// <summary>What a developer does who adds a package: the lock file is committed.</summary>
    private async Task LockAsync(string name, params (string, string)[] packages)
    {
        var repository = Path.Combine(root, name);
        Project.Write(repository, "<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>", packages);
        await Dotnet.RunAsync(repository, Packages(Path.Combine(root, "developer", name)), "restore");
        Directory.Delete(Path.Combine(repository, "obj"), recursive: true);
    }

    private async Task RunAsync(string title, string repository, Expect expected)
    {
        Console.WriteLine($"\n{title}");
        var source = Path.Combine(root, $"job-{++_runs}");
        Project.Copy(Path.Combine(root, repository), source);
        var packages = Path.Combine(root, "runners", $"{_runs}", "packages");

        #region nuget
        var lockFiles = await ContentDigest.OfDirectoryAsync(source, new ContentDigestOptions { Include = ["**/packages.lock.json"] });
        var key = "nuget-linux-" + lockFiles.Hex[..12];
        var found = await folders.RestoreAsync(key, fallbacks: ["nuget-linux-"], into: packages);
        await Dotnet.RunAsync(source, Packages(packages), "restore", "--locked-mode");
        if (!found.IsExact)
            await folders.SaveAsync(key, packages);
        #endregion

        Console.WriteLine($"  {found}");
        checks.That(expected == Job.Outcome(found), $"expected {expected}");
    }

    private static Dictionary<string, string> Packages(string folder) => new() { ["NUGET_PACKAGES"] = folder };
}
