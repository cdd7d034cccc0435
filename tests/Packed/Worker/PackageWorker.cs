using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Worker;

#region use
/// <summary>Restores a folder, or makes it and saves it.</summary>
internal sealed class PackageWorker(
    BuildCache cache, HealthCheckService health, IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var folders = cache.Folders(configuration["Folder:Target"]!);
        var found = await folders.RestoreAsync("packages-1", fallbacks: ["packages-"], into: "packages", stoppingToken);
        Console.WriteLine(found.IsExact ? "restored" : "not found");
        if (!found.IsExact)
        {
            Directory.CreateDirectory("packages");
            await File.WriteAllTextAsync("packages/a.txt", "a package", stoppingToken);
            await folders.SaveAsync("packages-1", "packages", stoppingToken);
        }

        var report = await health.CheckHealthAsync(stoppingToken);
        Console.WriteLine($"health: {report.Status}");
        lifetime.StopApplication();
    }
}
#endregion
