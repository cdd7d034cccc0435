namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Something mounted for one test, gone with it. Where nothing can be mounted the test is reported as skipped, and fails where CI=true.</summary>
internal sealed class RealMount : IAsyncDisposable
{
    private readonly string _place;

    private RealMount(string place) => _place = place;

    /// <summary>A file system in memory that ends soon.</summary>
    public static Task<RealMount> TmpfsAsync(string place, string options = "size=1m") => MountAsync(place, "-t", "tmpfs", "-o", options, "registry-cache-test");

    /// <summary>A file or directory over another one.</summary>
    public static Task<RealMount> BindAsync(string source, string place) => MountAsync(place, "--bind", source);

    /// <summary>Unmounts it, which fails where something that the test called has left a file or directory open.</summary>
    public async ValueTask DisposeAsync()
    {
        var (exitCode, output) = await RealTool.TryRunAsync("umount", _place);
        if (exitCode != 0)
            await RealTool.TryRunAsync("umount", "--lazy", _place);
        Assert.That(exitCode, Is.Zero, output);
    }

    private static async Task<RealMount> MountAsync(string place, params string[] what)
    {
        var (exitCode, output) = await RealTool.TryRunAsync("mount", [.. what, place]);
        if (exitCode != 0 && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"Mounting is needed here: {output}");
        if (exitCode != 0)
            Assert.Ignore($"Nothing can be mounted here, which needs Linux and root: {output}");
        return new RealMount(place);
    }
}
