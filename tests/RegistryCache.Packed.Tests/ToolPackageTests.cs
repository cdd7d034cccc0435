using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Packed.Tests;

/// <summary>The tool as a user installs it.</summary>
[Category("Integration")]
internal sealed class ToolPackageTests
{
    [Test]
    public async Task The_tool_is_installed_as_native_code_of_this_system()
    {
        using var scratch = new ScratchDirectory();
        await OutsideTool.RunAsync(
            "dotnet", ["tool", "install", "RegistryCache.Cli", "--version", Packages.Version, "--tool-path", scratch.Path, "--source", Packages.Folder]);
        var tool = scratch["registry-cache"];

        var version = Encoding.UTF8.GetString(await OutsideTool.RunAsync(tool, ["--version"]));
        var start = new byte[4];
        await using (var file = File.OpenRead(tool))
            await file.ReadExactlyAsync(start);

        Assert.That(version, Does.StartWith(Packages.Version));
        Assert.That(File.Exists(Path.Combine(Path.GetDirectoryName(new FileInfo(tool).ResolveLinkTarget(true)!.FullName)!, "registry-cache.dll")), Is.False);
        if (OperatingSystem.IsLinux())
            Assert.That(start, Is.EqualTo("\u007fELF"u8.ToArray()));
    }
}
