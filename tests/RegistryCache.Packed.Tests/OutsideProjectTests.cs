using System.Text;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Testing;

namespace RegistryCache.Packed.Tests;

/// <summary>Projects of users. What the packages lack, such as a type that is not public or a dependency that is not named, shows here.</summary>
[Category("Integration")]
internal sealed class OutsideProjectTests
{
    [Test]
    public async Task A_build_tool_builds_and_runs()
    {
        using var project = new OutsideProject("BuildTool");
        await project.DotnetAsync("build", "-o", project.Output);

        var output = await RunAsync("dotnet", Path.Combine(project.Output, "BuildTool.dll"));

        Assert.That(output, Does.Contain("All five builds did what was expected."));
    }

    [Test]
    public async Task A_store_and_codecs_of_somebody_else_build_and_run()
    {
        using var project = new OutsideProject("Extension");
        await project.DotnetAsync("build", "-o", project.Output);

        var output = await RunAsync("dotnet", Path.Combine(project.Output, "Extension.dll"), TestContext.CurrentContext.TestDirectory);

        Assert.That(output.Trim(), Does.EndWith("the cache came back as it was"));
        Assert.That(output, Does.Contain($"kept {ContentStoreContract.Rules.Count - 3} of {ContentStoreContract.Rules.Count} rules"));
    }

    [Test]
    public async Task A_test_project_with_mocks_and_a_registry_is_green()
    {
        using var project = new OutsideProject("Harness");

        await project.DotnetAsync("build", "-o", project.Output);
        var output = await RunAsync("dotnet", "test", Path.Combine(project.Output, "Harness.dll"));

        Assert.That(output, Does.Match("Passed! +- Failed: +0, Passed: +[0-9]{2}"));
    }

    [Test]
    public async Task A_worker_is_published_as_native_code_without_a_warning_and_does_its_work()
    {
        using var project = new OutsideProject("Worker");
        await using var registry = await TestRegistry.StartAsync(
            new TestRegistryOptions { Authentication = RegistryAuthentication.Bearer("bot", "secret-1") });

        // The tool is compiled with optimizations and symbols. Here they would cost more than all the rest and prove nothing.
        var warnings = await project.DotnetAsync("publish", "--use-current-runtime", "-o", project.Output, "-p:Optimize=false", "-p:NativeDebugSymbols=false");

        var first = await WorkAsync(project, registry);
        Directory.Delete(Path.Combine(project.Output, "packages"), recursive: true);
        var second = await WorkAsync(project, registry);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(warnings, Does.Not.Contain("warning"));
            Assert.That(first, Does.Contain("not found\nhealth: Healthy\n"));
            Assert.That(second, Does.Contain("restored\nhealth: Healthy\n"));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(project.Output, "packages", "a.txt")), Is.EqualTo("a package"));
            Assert.That(first, Does.Match("(?m)^spans: .*export.*import.*restore.*save"));
            Assert.That(first, Does.Match(@"(?m)^meters: .*registrycache\.misses.*registrycache\.oci\.request\.duration.*registrycache\.saved"));
            Assert.That(registry.Requests, Is.Not.Empty);
        }

        TestContext.Out.WriteLine($"native worker: {new FileInfo(Path.Combine(project.Output, "Worker")).Length} bytes");
    }

    private static Task<string> WorkAsync(OutsideProject project, TestRegistry registry) => RunAsync(
        "bash", "-c",
        $"cd '{project.Output}' && ./Worker --Folder:Target type=registry,ref={registry.Host}/acme/worker:main --Vault:Password secret-1");

    private static async Task<string> RunAsync(string program, params string[] arguments) =>
        Encoding.UTF8.GetString(await OutsideTool.RunAsync(program, arguments));
}
