using System.Text;
using System.Text.RegularExpressions;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Packed.Tests;

/// <summary>The commands of the documents that install the packages, run as they stand there.</summary>
[Category("Integration")]
internal sealed partial class InstallTests
{
    [Test]
    public async Task What_the_documents_say_about_installing_works()
    {
        var commands = await CommandsAsync("README.md");
        Assert.That(await CommandsAsync("docs/getting-started.md"), Is.EqualTo(commands));
        Assert.That(commands, Does.StartWith("bash eng/pack.sh packages\n"), "that is done before the tests");
        using var scratch = new ScratchDirectory();
        Directory.CreateSymbolicLink(scratch["packages"], Packages.Folder);

        // The user's own list of sources stays as it is, and so does their store of packages.
        await File.WriteAllTextAsync(scratch["nuget.config"], $"""<configuration><config><add key="globalPackagesFolder" value="{scratch["nuget"]}" /></config></configuration>""");
        await File.WriteAllTextAsync(scratch["YOUR_PROJECT.csproj"], """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        await File.WriteAllTextAsync(scratch["Uses.cs"], "namespace You; public static class Uses { public static RegistryCache.BuildCache? Cache; }");
        var script = commands[(commands.IndexOf('\n', StringComparison.Ordinal) + 1)..]
            .Replace("--name registry-cache", "--name registry-cache --configfile nuget.config", StringComparison.Ordinal)
            .Replace("RegistryCache.Cli", "RegistryCache.Cli --prerelease", StringComparison.Ordinal)
            .Replace("YOUR_PROJECT package RegistryCache", "YOUR_PROJECT.csproj package RegistryCache --prerelease", StringComparison.Ordinal);

        await OutsideTool.RunAsync("bash", ["-ec", $"cd '{scratch.Path}'\n{script}\ndotnet build YOUR_PROJECT.csproj -v quiet"]);

        Assert.That(Encoding.UTF8.GetString(await OutsideTool.RunAsync(scratch["tool/registry-cache"], ["--version"])), Does.StartWith(Packages.Version));
    }

    private static async Task<string> CommandsAsync(string document)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, document));
        return Block().Matches(text).Select(m => m.Groups[1].Value).Single(b => b.Contains("eng/pack.sh", StringComparison.Ordinal));
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
