using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Text.RegularExpressions;

namespace RegistryCache.Packed.Tests;

/// <summary>What a user sees of each package, and what they inherit from it.</summary>
[Category("Integration")]
internal sealed partial class PackageContentTests
{
    // Source: the specification of portable PDBs, custom debug information.
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [TestCaseSource(typeof(Packages), nameof(Packages.All))]
    public async Task A_package_has_its_texts_and_asks_for_the_lowest_versions(string package)
    {
        await using var content = await ZipFile.OpenReadAsync(Packages.File(package));
        var nuspec = await ReadAsync(content.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(content.Entries.Select(e => e.FullName), Is.SupersetOf(new[] { "README.md", "icon.png", "CHANGELOG.md" }));
            Assert.That(Dependency().Matches(nuspec).Select(m => m.Groups[1].Value), Is.All.EqualTo("10.0.0"), "the lowest version is that of our framework");
            Assert.That(nuspec, Does.Not.Contain("://").Or.Not.Match("<(projectUrl|repository)[^>]*://"), "no invented address");
            Assert.That(nuspec, Does.Contain("<releaseNotes>").And.Contain("<license type=\"expression\">MIT</license>"));
        }
    }

    [TestCaseSource(typeof(Packages), nameof(Packages.All))]
    public async Task Symbols_have_no_path_of_the_machine(string package)
    {
        if (package is "RegistryCache" or "RegistryCache.Cli")
        {
            Assert.That(File.Exists(Packages.File(package, ".snupkg")), Is.False, "it has no code, so it has no symbols");
            return;
        }

        await using var symbols = await ZipFile.OpenReadAsync(Packages.File(package, ".snupkg"));
        var pdbs = symbols.Entries.Where(e => e.FullName.EndsWith(".pdb", StringComparison.Ordinal)).ToList();
        Assert.That(pdbs, Is.Not.Empty);
        foreach (var pdb in pdbs)
        {
            using var bytes = new MemoryStream();
            await using (var stream = await pdb.OpenAsync())
                await stream.CopyToAsync(bytes);
            bytes.Position = 0;
            using var provider = MetadataReaderProvider.FromPortablePdbStream(bytes);
            var reader = provider.GetMetadataReader();
            var documents = reader.Documents.Select(d => reader.GetString(reader.GetDocument(d).Name)).ToList();
            Assert.That(documents, Is.Not.Empty.And.All.StartsWith("/_/"), "paths of sources are relative to the repository");
            Assert.That(reader.CustomDebugInformation.Count(c => reader.GetGuid(reader.GetCustomDebugInformation(c).Kind) == EmbeddedSource), Is.EqualTo(documents.Count));
        }
    }

    private static async Task<string> ReadAsync(ZipArchiveEntry entry)
    {
        await using var stream = await entry.OpenAsync();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("id=\"(?:Microsoft|System)[^\"]*\" version=\"([^\"]*)\"")]
    private static partial Regex Dependency();
}
