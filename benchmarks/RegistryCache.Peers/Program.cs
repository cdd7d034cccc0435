using System.Runtime.InteropServices;
using RegistryCache.Peers;
using RegistryCache.Peers.Jobs;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

PeersOptions options;
try
{
    options = PeersOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(PeersOptions.Usage);
    return 2;
}

var tools = new Tools();
var jobs = AllJobs.Create(tools, options).Where(job => options.Wants(job.Name)).ToArray();
if (jobs.Length == 0 || !OperatingSystem.IsLinux() || !await tools.HasAsync("docker-registry"))
{
    Console.Error.WriteLine(jobs.Length == 0
        ? "No job has that name. The jobs are " + string.Join(", ", AllJobs.Create(tools, options).Select(job => job.Name)) + "."
        : "This needs Linux and docker-registry (bash eng/components.sh).");
    return 2;
}

if (options.Builds)
    await tools.BuildAsync();
var results = new List<JobResult>();
foreach (var job in jobs)
{
    var directory = Directory.CreateDirectory(Path.Combine(options.Directory ?? "/dev/shm", "peers-" + Path.GetRandomFileName())).FullName;
    try
    {
        await using var prepared = await job.PrepareAsync(directory);
        results.Add(await new JobRunner(options.Runs).RunAsync(job, prepared));
    }
    catch (ProgramFailedException e)
    {
        Console.Error.WriteLine($"{job.Name} could not be prepared: {e.Message}");
    }
    finally
    {
        Directory.Delete(directory, recursive: true);
    }
}

var machine = $"{Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, "
    + $"{RuntimeInformation.OSDescription}, "
    + $"{RuntimeInformation.FrameworkDescription}; medians of {options.Runs}, scale {options.Scale}";
var report = new Report(machine, tools.Versions, results);
Console.WriteLine(report.Text());
if (options.Json is { } json)
    await File.WriteAllTextAsync(json, report.Json());
if (options.Markdown is { } markdown)
    await File.WriteAllTextAsync(markdown, report.Markdown());
return 0;
