using CiRunner;
using RegistryCache;

// Jobs of a CI runner that share one tag for their package folders: dotnet run --project samples/CiRunner
var root = Directory.CreateTempSubdirectory("ci-runner-").FullName;
try
{
    await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    var checks = new Checks();
    var job = new Job(cache.Folders($"type=local,dest={Path.Combine(root, "cache")},tag=packages"), root, checks);

    await job.RunAsync("The first job finds nothing and downloads everything.", ["json 1.0", "http 2.1"], Expect.Miss, downloads: 2);
    await job.RunAsync("The same packages: the folder is in the cache, and nothing is saved.", ["json 1.0", "http 2.1"], Expect.Exact,
        downloads: 0);
    await job.RunAsync("One more package: the newest folder has most of them.", ["json 1.0", "http 2.1", "zstd 0.8"], Expect.Fallback,
        downloads: 1);
    await job.RunAsync("The new folder is now in the cache as well,", ["json 1.0", "http 2.1", "zstd 0.8"], Expect.Exact, downloads: 0);
    await job.RunAsync("and the older one still is.", ["json 1.0", "http 2.1"], Expect.Exact, downloads: 0);
    await job.RunTogetherAsync("Ten jobs of a matrix save to the tag at once, and none is lost.", 10);
    await new NuGetRecipe(cache.Folders($"type=local,dest={Path.Combine(root, "cache")},tag=nuget"), root, checks).RunAsync();
    await new CompilerRecipe(cache.Folders($"type=local,dest={Path.Combine(root, "cache")},tag=roslyn"), root, checks).RunAsync();
    return checks.Report();
}
finally
{
    Directory.Delete(root, recursive: true);
}
