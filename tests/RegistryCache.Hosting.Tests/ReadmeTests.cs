using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RegistryCache.Fixtures;

namespace RegistryCache.Hosting.Tests;

/// <summary>The code of the package's README.</summary>
internal sealed partial class ReadmeTests
{
    [Test]
    public void What_the_README_shows_is_compiled_here_and_composes()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRegistryCache(builder.Configuration.GetSection("RegistryCache"));
        builder.Services.AddHealthChecks().AddRegistryCache("type=registry,ref=ghcr.io/acme/ci:nuget");
        using var host = builder.Build();

        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "src", "RegistryCache.Hosting", "README.md"));
        var here = File.ReadAllText(Path.Combine(Checkout.Root, "tests", "RegistryCache.Hosting.Tests", "ReadmeTests.cs"));
        var lines = Snippet().Matches(readme).SelectMany(m => m.Groups[1].Value.Split('\n')).Where(l => l.Length > 0).ToList();

        Assert.That(lines, Is.Not.Empty);
        Assert.That(lines.Where(line => !here.Contains($"        {line}\n", StringComparison.Ordinal)), Is.Empty);
        Assert.That(host.Services.GetRequiredService<BuildCache>(), Is.Not.Null);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
