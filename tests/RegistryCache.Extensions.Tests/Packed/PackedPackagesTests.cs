using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Testing;

namespace RegistryCache.Extensions.Tests.Packed;

/// <summary>
/// The store and the codecs of this project, compiled once more by a project outside that knows only the packed packages. What the
/// packages lack, such as a type that is not public or a dependency that is not named, shows here.
/// </summary>
[TestFixture]
[Category("Integration")]
[NonParallelizable]
internal sealed class PackedPackagesTests
{
    private const string Version = "0.0.0-outside";

    private static readonly string[] Packages = ["Core", "Oci", "Compression", "Testing", "Testing.NUnit", "Cli"];

    private string _directory = "";

    [SetUp]
    public void CreateDirectory() => _directory = Directory.CreateTempSubdirectory("registry-cache-packed-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task A_project_outside_compiles_and_runs_with_the_packed_packages_alone()
    {
        var feed = Path.Combine(_directory, "feed");
        var root = Checkout.Root;
        foreach (var package in Packages)
            await DotnetAsync("pack", Path.Combine(root, "src", "RegistryCache." + package), "-o", feed, $"-p:Version={Version}", "-p:EnablePackageValidation=false", "-p:RunAnalyzers=false");
        var outside = Path.Combine(_directory, "outside");
        Directory.CreateDirectory(outside);
        var sources = Path.Combine(root, "tests", "RegistryCache.Extensions.Tests");
        await File.WriteAllTextAsync(Path.Combine(outside, "Outside.csproj"), Project(sources, feed, Lz4Version(root)));
        File.Copy(Path.Combine(sources, "Packed", "Outside.txt"), Path.Combine(outside, "Program.cs"));

        var output = await DotnetAsync("run", "--project", outside, "--", TestContext.CurrentContext.TestDirectory);

        Assert.That(output.Trim(), Does.EndWith("the cache came back as it was"));
        Assert.That(output, Does.Contain($"kept {ContentStoreContract.Rules.Count - 3} of {ContentStoreContract.Rules.Count} rules"));

        foreach (var package in Packages)
            await CheckContentAsync(Path.Combine(feed, $"RegistryCache.{package}.{Version}"), root);

        var tools = Path.Combine(_directory, "tools");
        await DotnetAsync("tool", "install", "RegistryCache.Cli", "--version", Version, "--tool-path", tools, "--source", feed);
        var version = Encoding.UTF8.GetString(await OutsideTool.RunAsync(Path.Combine(tools, "registry-cache"), ["--version"]));
        Assert.That(version, Does.StartWith(Version));
    }

    // What a user sees of a package, and what they inherit from it. The lowest version of a dependency is that of our framework.
    private static async Task CheckContentAsync(string path, string root)
    {
        await using var package = await ZipFile.OpenReadAsync(path + ".nupkg");
        var nuspec = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
        using var reader = new StreamReader(await nuspec.OpenAsync());
        var text = await reader.ReadToEndAsync();
        await using var symbols = await ZipFile.OpenReadAsync(path + ".snupkg");
        var content = new MemoryStream();
        foreach (var entry in symbols.Entries)
        {
            await using var stream = await entry.OpenAsync();
            await stream.CopyToAsync(content);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(package.Entries.Select(e => e.FullName), Is.SupersetOf(new[] { "README.md", "icon.png", "CHANGELOG.md" }), path);
            var versions = Regex.Matches(text, "id=\"(?:Microsoft|System)[^\"]*\" version=\"([^\"]*)\"").Select(m => m.Groups[1].Value);
            Assert.That(versions, Is.All.EqualTo("10.0.0"), path);
            Assert.That(Encoding.Latin1.GetString(content.ToArray()), Does.Not.Contain(root), path);
        }
    }

    private string Project(string sources, string feed, string lz4) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestorePackagesPath>{_directory}/packages</RestorePackagesPath>
            <RestoreFallbackFolders>{GlobalPackages()}</RestoreFallbackFolders>
            <RestoreSources>{feed}</RestoreSources>
          </PropertyGroup>
          <ItemGroup>
            <Using Include="RegistryCache" />
            <Compile Include="{sources}/Codecs/*.cs;{sources}/Stores/*.cs" Exclude="{sources}/**/*Tests.cs" />
            <PackageReference Include="K4os.Compression.LZ4.Streams" Version="{lz4}" />
            <PackageReference Include="RegistryCache.Core" Version="{Version}" />
            <PackageReference Include="RegistryCache.Oci" Version="{Version}" />
            <PackageReference Include="RegistryCache.Compression" Version="{Version}" />
            <PackageReference Include="RegistryCache.Testing" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    private static string GlobalPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Lz4Version(string root)
    {
        var versions = File.ReadAllText(Path.Combine(root, "Directory.Packages.props"));
        var start = versions.IndexOf("Version=\"", versions.IndexOf("K4os.Compression.LZ4.Streams", StringComparison.Ordinal), StringComparison.Ordinal) + 9;
        return versions[start..versions.IndexOf('"', start)];
    }

    private static async Task<string> DotnetAsync(params string[] arguments) => Encoding.UTF8.GetString(await OutsideTool.RunAsync("dotnet", arguments));
}
