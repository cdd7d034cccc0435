using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Packed.Tests;

/// <summary>The packed packages. eng/test.sh packs them before the tests and names their directory in <c>REGISTRYCACHE_PACKAGES</c>;
/// without it they are packed here.</summary>
[SetUpFixture]
public sealed class Packages
{
    private static readonly string[] Names =
        [.. Directory.GetDirectories(Path.Combine(Checkout.Root, "src")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    private static ScratchDirectory? _scratch;

    public static string Folder { get; private set; } = "";

    /// <summary>The version of all packages.</summary>
    public static string Version { get; private set; } = "";

    /// <summary>The names of all packages, without those of the tool for one system.</summary>
    public static IReadOnlyList<string> All => Names;

    public static string File(string package, string extension = ".nupkg") => Path.Combine(Folder, $"{package}.{Version}{extension}");

    [OneTimeSetUp]
    public static async Task PackAsync()
    {
        if (Environment.GetEnvironmentVariable("REGISTRYCACHE_PACKAGES") is { Length: > 0 } directory)
        {
            Folder = directory;
        }
        else
        {
            _scratch = new ScratchDirectory();
            Folder = _scratch["packages"];
            await OutsideTool.RunAsync(
                "bash",
                [
                    Path.Combine(Checkout.Root, "eng", "pack.sh"), Folder, "-p:RunAnalyzers=false",
                    // NuGet takes a version that it has seen from where it keeps it.
                    $"-p:VersionSuffix=test.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}",
                ]);
        }

        const string Core = "RegistryCache.Core.";
        Version = Directory.GetFiles(Folder, Core + "*.nupkg").Select(f => Path.GetFileNameWithoutExtension(f)![Core.Length..]).Single();
    }

    [OneTimeTearDown]
    public static void Remove() => _scratch?.Dispose();
}
