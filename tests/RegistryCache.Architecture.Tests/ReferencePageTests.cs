using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using RegistryCache.House;

namespace RegistryCache.Architecture.Tests;

/// <summary>The pages of the reference list everything that the code can say, and nothing else.</summary>
internal sealed class ReferencePageTests
{
    [Test]
    public void Every_error_code_is_on_its_page_with_its_number()
    {
        var page = Page("errors.md");
        var codes = Enum.GetValues<RegistryCacheErrorCode>().Select(code => $"| `RC{(int)code:D4}` | `{code}` |").ToList();

        Assert.That(codes.Where(code => !page.Contains(code, StringComparison.Ordinal)), Is.Empty);
        Assert.That(page.Split("\n| `RC").Length - 1, Is.EqualTo(codes.Count));
    }

    [Test]
    public void Every_log_event_is_on_its_page_with_its_number_and_message()
    {
        var page = Page("telemetry.md");
        var events = new[] { "Core", "Oci" }
            .SelectMany(package => Package.Open(Repository.Root, package, AppContext.BaseDirectory).Types)
            .SelectMany(t => t.Methods)
            .SelectMany(m => m.CustomAttributes.Where(a => a.AttributeType.Name == "LoggerMessageAttribute").Select(a =>
                $"| `{a.ConstructorArguments[0].Value}` | {(LogLevel)a.ConstructorArguments[1].Value} | `{m.Name}` | {a.ConstructorArguments[2].Value} |"))
            .ToList();

        Assert.That(events.Where(line => !page.Contains(line, StringComparison.Ordinal)), Is.Empty);
        Assert.That(page.Split("\n| `").Count(row => char.IsAsciiDigit(row[0])), Is.EqualTo(events.Count));
    }

    [Test]
    public void Every_instrument_is_on_its_page()
    {
        var page = Page("telemetry.md");
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var names = new[] { typeof(BuildCache).Assembly, typeof(RegistryCache.Oci.RegistryClient).Assembly }
            .SelectMany(a => a.GetTypes())
            .Where(t => t.Name.EndsWith("Telemetry", StringComparison.Ordinal) && t.GetProperty("Default", All) is not null)
            .SelectMany(t => t.GetFields(All).Select(f => f.GetValue(f.IsStatic ? null : t.GetProperty("Default", All)!.GetValue(null))))
            .OfType<Instrument>().Select(i => i.Name).ToList();

        Assert.That(names, Has.Count.EqualTo(12));
        Assert.That(names.Where(name => !page.Contains($"| `{name}` |", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", name));
}
