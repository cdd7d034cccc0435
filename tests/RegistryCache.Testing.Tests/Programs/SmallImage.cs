using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace RegistryCache.Testing.Tests.Programs;

/// <summary>An image of one layer with one file, put into a registry without a request.</summary>
internal static class SmallImage
{
    public static string Put(TestRepository repository, string tag)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "etc/motd") { DataStream = new MemoryStream("hello\n"u8.ToArray()) });
        using var layer = new MemoryStream();
        using (var gzip = new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar.ToArray());
        var config = Encoding.UTF8.GetBytes(
            $$"""{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["{{Wire.Sha256(tar.ToArray())}}"]},"history":[{"created_by":"test"}]}""");
        var blob = repository.PutBlob(layer.ToArray());
        var manifest = $$"""
            {"schemaVersion":2,"mediaType":"{{Wire.ManifestType}}",
            "config":{"mediaType":"{{Wire.ConfigType}}","digest":"{{repository.PutBlob(config)}}","size":{{config.Length}} },
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{blob}}","size":{{layer.Length}} }]}
            """;
        return repository.PutManifest(Encoding.UTF8.GetBytes(manifest), Wire.ManifestType, tag);
    }
}
