using System.Globalization;
using System.Reflection;
using RegistryCache.House;

namespace RegistryCache.Architecture.Tests;

/// <summary>Who may use whom, as the compiled packages say. See docs/adr/0001-dependency-direction.md.</summary>
internal sealed class DependencyTests
{
    private static readonly RoomMap House = RoomMap.Read(Repository.Root, AppContext.BaseDirectory);
    private static readonly RoomTable Table = RoomTable.Read();

    [TestCase("RegistryCache.Core", new string[0])]
    [TestCase("RegistryCache.Oci", new[] { "RegistryCache.Core" })]
    [TestCase("RegistryCache.Compression", new[] { "RegistryCache.Core" })]
    [TestCase("RegistryCache.Testing", new[] { "RegistryCache.Compression", "RegistryCache.Core" })]
    [TestCase("RegistryCache.Testing.NUnit", new[] { "RegistryCache.Testing" })]
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
    public void Every_type_has_a_file_of_its_own_name_which_tells_its_room() => Assert.That(House.Homeless, Is.Empty);

    [Test]
    public void The_table_has_every_room_and_no_other() => Assert.That(Table.Rows.Keys, Is.EquivalentTo(House.Rooms));

    [Test]
    public void Every_room_has_its_sentence() => Assert.That(Table.Rows.Where(r => r.Value.What.Length == 0), Is.Empty);

    [Test]
    public void A_room_uses_only_what_the_table_allows()
    {
        var offences = House.Edges.Where(e => !Table.Rows[e.Key.From].Uses.Contains(e.Key.To))
            .Select(e => $"{e.Key.From} uses {e.Key.To}: {string.Join(", ", e.Value)}");

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void The_table_allows_nothing_that_is_not_used()
    {
        var spare = Table.Rows.SelectMany(r => r.Value.Uses.Select(to => (From: r.Key, To: to))).Where(e => !House.Edges.ContainsKey(e));

        Assert.That(spare, Is.Empty);
    }

    [Test]
    public void Rooms_do_not_use_each_other_in_a_circle() => Assert.That(House.Cycles().Select(c => string.Join(" ↔ ", c)), Is.Empty);

    [Test]
    public void Public_types_live_only_in_rooms_that_say_so()
    {
        var open = House.Packages.SelectMany(p => p.Types).Where(t => t.IsPublic).Select(t => House.RoomOf(t)).Distinct();

        Assert.That(open, Is.EquivalentTo(Table.Rows.Where(r => r.Value.IsPublic).Select(r => r.Key)));
    }

    [Test]
    public void Public_members_mention_only_our_types_and_those_of_the_framework_and_its_abstractions()
    {
        var foreign = House.Packages.SelectMany(p => p.Types).Where(t => t.IsPublic)
            .SelectMany(t => TypeUses.InPublicSignatures(t).Select(used => (Type: t.FullName, Used: used.FullName)))
            .Where(m => !m.Used.StartsWith("RegistryCache.", StringComparison.Ordinal) && !m.Used.StartsWith("System.", StringComparison.Ordinal))
            .Select(m => m.Used).Distinct();

        Assert.That(foreign, Is.EquivalentTo(new[]
        {
            // Only the package for hosts has these.
            "Microsoft.Extensions.Configuration.IConfiguration",
            "Microsoft.Extensions.DependencyInjection.IHealthChecksBuilder",
            "Microsoft.Extensions.DependencyInjection.IHttpClientBuilder",
            "Microsoft.Extensions.DependencyInjection.IServiceCollection",
            "Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus",
            "Microsoft.Extensions.Logging.ILogger",
            "Microsoft.Extensions.Logging.ILoggerFactory",
        }));
    }

    /// <remarks>The counting test (HashCountTests) sees only what <c>DigestHasher</c> hashes. The other types hash names, records, files for
    /// content digests, and what comes into the registry for tests, but no layer and no blob of a cache.</remarks>
    [Test]
    public void Layers_and_blobs_are_hashed_in_one_place()
    {
        string[] hashes = ["SHA256", "SHA384", "SHA512", "IncrementalHash", "CryptographicOperations"];
        var users = House.Packages.SelectMany(p => p.Types)
            .Where(t => TypeUses.Of(t).Any(u => u.Namespace == "System.Security.Cryptography" && hashes.Contains(u.Name)))
            .Select(t => t.Name);

        Assert.That(users, Is.EquivalentTo(new[]
        {
            "DigestHasher", "Digest", "PathSet", "RecordOrder", "ChainOrder", "CheckedFile", "ContentDigest", "ContentHash", "FileHash",
            "FileReading", "EntryIdentity", "HashedContent", "Ingest", "DirectoryVault",
        }));
    }

    /// <remarks><c>Digest.OfBytes</c> names what the library has just made in memory. It is not counted.</remarks>
    [TestCase("Oci")]
    [TestCase("Compression")]
    public void Stores_and_codecs_hash_nothing_that_is_not_counted(string package)
    {
        var calls = Package.Open(Repository.Root, package, AppContext.BaseDirectory).Types.SelectMany(TypeUses.CallsOf)
            .Where(m => m.DeclaringType.Name == "Digest" && m.Name is "OfBytes" or "OfText");

        Assert.That(calls, Is.Empty);
    }

    [Test]
    public void No_source_file_is_longer_than_400_lines()
    {
        var long_ = House.Packages.SelectMany(p => p.Files.Values).SelectMany(f => f)
            .Select(f => (File: Path.GetFileName(f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > 400);

        Assert.That(long_, Is.Empty);
    }

    [Test]
    public void No_source_line_is_longer_than_140_characters()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Repository.Root, f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
        var wide = sources.SelectMany(f => File.ReadLines(f).Index().Where(l => new StringInfo(l.Item).LengthInTextElements > 140)
            .Select(l => $"{Path.GetRelativePath(Repository.Root, f)}:{l.Index + 1}"));

        Assert.That(wide, Is.Empty);
    }
}
