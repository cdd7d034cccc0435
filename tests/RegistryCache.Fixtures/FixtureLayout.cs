using System.Text.Json;

namespace RegistryCache.Fixtures;

/// <summary>A cache that BuildKit wrote, as an OCI layout directory beside the test assembly. See Fixtures/README.md.</summary>
public sealed class FixtureLayout
{
    private FixtureLayout(string name) => Directory = Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    /// <summary>The caches with a cache config, tag <c>latest</c>.</summary>
    public static IReadOnlyList<string> CacheNames { get; } =
    [
        "max-gzip", "min-gzip", "max-gzip-index", "max-gzip-docker", "max-zstd", "max-estargz", "max-uncompressed", "link-max", "local-two-tags",
        "link-parent-max", "link-parent-min", "branch-thirteen", "branch-zz",
    ];

    /// <summary>The images with an inline cache, tag <c>latest</c>.</summary>
    public static IReadOnlyList<string> InlineNames { get; } = ["inline-image", "inline-link-image"];

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>A fixture by name.</summary>
    public static FixtureLayout Open(string name) => new(name);

    /// <summary>The bytes of a blob or manifest.</summary>
    public byte[] Read(string digest) => File.ReadAllBytes(Path.Combine(Directory, "blobs", digest.Replace(':', Path.DirectorySeparatorChar)));

    /// <summary>The digest that the index names for a tag.</summary>
    public string DigestOf(string tag = "latest")
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Directory, "index.json")));
        return index.RootElement.GetProperty("manifests").EnumerateArray()
            .Single(m => m.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString() == tag)
            .GetProperty("digest").GetString()!;
    }

    /// <summary>A writable copy of the layout in a new directory.</summary>
    public string CopyTo(string directory)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(Directory, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return directory;
    }
}
