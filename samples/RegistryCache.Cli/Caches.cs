using RegistryCache.Compression;
using RegistryCache.Core;
using RegistryCache.Oci;

namespace RegistryCache.Cli;

/// <summary>The one place that says what the tool is made of.</summary>
internal static class Caches
{
    public static BuildCache Create(Terminal terminal) => new BuildCacheBuilder().UseLogging(new WarningLines(terminal)).UseOci().UseCompression().Build();
}
