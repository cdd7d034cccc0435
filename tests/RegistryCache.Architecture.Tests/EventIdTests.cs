using RegistryCache.House;

namespace RegistryCache.Architecture.Tests;

/// <summary>Numbers of log events, which users filter by: 1000 to 1999 are Core's, 5000 to 5999 are Oci's, and none is given twice.</summary>
internal sealed class EventIdTests
{
    [TestCase("Core", 1000)]
    [TestCase("Oci", 5000)]
    [TestCase("Compression", 6000)]
    public void Every_log_message_has_a_number_of_its_package(string package, int first)
    {
        var events = Package.Open(Repository.Root, package, AppContext.BaseDirectory).Types.SelectMany(t => t.Methods)
            .SelectMany(m => m.CustomAttributes.Where(a => a.AttributeType.Name == "LoggerMessageAttribute").Select(a => (m.Name, Id: (int)a.ConstructorArguments[0].Value)))
            .ToList();

        Assert.That(events.Where(e => e.Id < first || e.Id >= first + 1000), Is.Empty);
        Assert.That(events.Select(e => e.Id), Is.Unique);
        Assert.That(events, package == "Compression" ? Is.Empty : Is.Not.Empty);
    }
}
