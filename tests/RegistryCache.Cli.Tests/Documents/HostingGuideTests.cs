using RegistryCache.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace RegistryCache.Cli.Tests.Documents;

/// <summary>The code of the guide to hosting, in a container.</summary>
internal sealed class HostingGuideTests
{
    [Test]
    public async Task A_service_gets_the_cache()
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch["packages"]);
        await File.WriteAllTextAsync(Path.Combine(scratch["packages"], "a"), "a");
        var services = new ServiceCollection();
        #region add
        services.AddRegistryCache(
            cache => cache.UseCompression(),
            registry => registry with { StallTimeout = TimeSpan.FromSeconds(30) });
        #endregion
        services.AddSingleton<PackageJob>();
        await using var provider = services.BuildServiceProvider();
        var job = provider.GetRequiredService<PackageJob>();
        var target = $"type=local,dest={scratch["cache"]}";

        Assert.That(await job.RestoreAsync(target, "1", scratch["restored"], CancellationToken.None), Is.False);
        await provider.GetRequiredService<BuildCache>().Folders(target).SaveAsync("1", scratch["packages"]);
        Assert.That(await job.RestoreAsync(target, "1", scratch["restored"], CancellationToken.None), Is.True);
    }

    #region use
    internal sealed class PackageJob(BuildCache cache)
    {
        public async Task<bool> RestoreAsync(string target, string key, string folder, CancellationToken cancellationToken)
        {
            var found = await cache.Folders(target).RestoreAsync(key, fallbacks: [], into: folder, cancellationToken);
            return found.IsExact;
        }
    }
    #endregion
}
