using System.Reflection;
using System.Text.RegularExpressions;

namespace RegistryCache.Architecture.Tests;

/// <summary>Who may know whom. See docs/adr/0001-dependency-direction.md.</summary>
internal sealed partial class DependencyTests
{
    private static readonly string[][] Rooms =
    [
        ["Errors"],
        ["Content"],
        ["Graph", "Layers", "Storage"],
        ["Format", "Parameters"],
        ["Snapshots"],
        ["Export", "Import"],
        ["Session"],
    ];

    private static readonly string[] OpenToAll = ["Diagnostics"];

    [TestCase("RegistryCache.Core", new string[0])]
    [TestCase("RegistryCache.Oci", new[] { "RegistryCache.Core" })]
    [TestCase("RegistryCache.Compression", new[] { "RegistryCache.Core" })]
    public void A_package_refers_only_to_what_it_stands_on(string assembly, string[] allowed)
    {
        var own = Assembly.Load(assembly).GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => n.StartsWith("RegistryCache.", StringComparison.Ordinal));

        Assert.That(own, Is.EquivalentTo(allowed));
    }

    [Test]
    public void Core_needs_no_package_but_the_logging_abstractions()
    {
        var foreign = Assembly.Load("RegistryCache.Core").GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !n.StartsWith("System", StringComparison.Ordinal) && n != "Microsoft.Win32.Primitives");

        Assert.That(foreign, Is.EquivalentTo(new[] { "Microsoft.Extensions.Logging.Abstractions" }));
    }

    [Test]
    public void A_room_of_Core_uses_only_rooms_before_it()
    {
        var offences = new List<string>();
        foreach (var (room, file) in CoreFiles())
        {
            var allowed = Allowed(room);
            offences.AddRange(Using().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value).Distinct()
                .Where(used => used != room && !allowed.Contains(used))
                .Select(used => $"{room}/{Path.GetFileName(file)} uses {used}"));
        }

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Every_room_of_Core_has_its_place_in_the_order()
    {
        var known = Rooms.SelectMany(r => r).Concat(OpenToAll);

        Assert.That(CoreFiles().Select(f => f.Room).Where(r => r.Length > 0).Distinct().Except(known), Is.Empty);
    }

    [Test]
    public void No_source_file_is_longer_than_400_lines()
    {
        var long_ = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !Repository.IsBuildOutput(f))
            .Select(f => (File: Path.GetFileName(f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > 400);

        Assert.That(long_, Is.Empty);
    }

    private static HashSet<string> Allowed(string room)
    {
        if (room.Length == 0 || OpenToAll.Contains(room))
            return [.. Rooms.SelectMany(r => r), .. OpenToAll];
        if (room == "Graph")
            return ["Errors", "Content"];
        var index = Array.FindIndex(Rooms, r => r.Contains(room));
        return [.. Rooms.Take(index).SelectMany(r => r), .. OpenToAll];
    }

    private static IEnumerable<(string Room, string File)> CoreFiles()
    {
        var core = Path.Combine(Repository.Root, "src", "RegistryCache.Core");
        foreach (var file in Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(core, file);
            if (!Repository.IsBuildOutput(file))
                yield return (relative.Contains(Path.DirectorySeparatorChar) ? relative.Split(Path.DirectorySeparatorChar)[0] : "", file);
        }
    }

    [GeneratedRegex(@"RegistryCache\.Core\.(Errors|Content|Graph|Layers|Storage|Format|Parameters|Snapshots|Export|Import|Session)\b")]
    private static partial Regex Using();
}
