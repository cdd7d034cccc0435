using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Packed.Tests;

/// <summary>A project of tests/Packed, copied to where no file of this repository applies to it but its own.</summary>
internal sealed class OutsideProject : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly string _name;

    public OutsideProject(string name) => _name = name;

    /// <summary>The project's own directory for what it builds.</summary>
    public string Output => _scratch["output"];

    public string this[string name] => _scratch[name];

    /// <summary>Runs a command of the SDK on the project.</summary>
    public async Task<string> DotnetAsync(string command, params string[] options) => Encoding.UTF8.GetString(await OutsideTool.RunAsync("dotnet",
        [
            command, Path.Combine(Checkout.Root, "tests", "Packed", _name), .. options, "-v", "quiet", "--nologo",
            $"-p:RegistryCachePackages={Packages.Folder}", $"-p:RegistryCacheVersion={Packages.Version}",
            // What this writes is gone after the test.
            $"-p:RestorePackagesPath={_scratch["nuget"]}", $"-p:RestoreFallbackFolders={GlobalPackages()}",
            $"-p:BaseIntermediateOutputPath={_scratch["obj"]}/", $"-p:BaseOutputPath={_scratch["bin"]}/",
        ]));

    public void Dispose() => _scratch.Dispose();

    private static string GlobalPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
