namespace RegistryCache.Testing.Tests.Programs;

/// <summary>The .NET SDK takes its base image from the registry and pushes an image to it.</summary>
[Category("Integration")]
internal sealed class DotnetPublishTests
{
    [Test]
    public async Task Dotnet_publish_pulls_a_base_image_and_pushes_an_image()
    {
        await using var registry = await TestRegistry.StartAsync();
        SmallImage.Put(registry.Repository("base/image"), "v1");
        var directory = Directory.CreateTempSubdirectory("test-registry-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "app.csproj"), """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <UseAppHost>false</UseAppHost>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                </Project>
                """);
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "Program.cs"), "System.Console.WriteLine(\"hello\");");
            var dotnet = OutsideProgram.Require("dotnet");
            dotnet.Environment["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Host;
            dotnet.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
            dotnet.Environment["MSBUILDDISABLENODEREUSE"] = "1";

            await dotnet.RunAsync(
                directory.FullName, "publish", "-t:PublishContainer", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=acme/app", "-p:ContainerImageTag=v1",
                $"-p:ContainerBaseImage={registry.Host}/base/image:v1", "-p:ContainerUser=root", "-p:UseSharedCompilation=false");
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        var image = registry.Repository("acme/app");
        Assert.That(image.Tags.Keys, Is.EqualTo(new[] { "v1" }));
        Assert.That(image.Blobs, Has.Count.EqualTo(3), "the base layer, the layer of the app, and the config");
        Assert.That(registry.Violations, Is.All.StartsWith("Content-Type ''"), "the SDK sends blobs without their type, which the registry takes");
    }
}
