using RegistryCache.Core.Format;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Format;

/// <summary>Fixtures read without any store, so that a failure points at the format.</summary>
internal static class FixtureGraphs
{
    public static (CacheManifest Manifest, byte[] ManifestBytes, byte[] ConfigBytes, CacheGraph Graph) Read(string name, string tag = "latest")
    {
        var layout = FixtureLayout.Open(name);
        var manifestBytes = layout.Read(layout.DigestOf(tag));
        var manifest = CacheManifestReader.Read(manifestBytes, name);
        var configBytes = layout.Read(manifest.CacheConfig!.Digest.ToString());
        return (manifest, manifestBytes, configBytes, ReadConfig(configBytes, manifest.Entries));
    }

    public static CacheGraph ReadConfig(ReadOnlySpan<byte> json, IEnumerable<Descriptor> layers, CacheFormatLimits? limits = null)
    {
        limits ??= CacheFormatLimits.Default;
        var known = layers.GroupBy(l => l.Digest).ToDictionary(g => g.Key.ToString(), g => new CacheLayer(g.Last(), BlobSource.FromBytes(default)));
        return CacheConfigReader.Read(CacheConfigParser.Parse(json, "config", limits), known, "config", limits);
    }
}
