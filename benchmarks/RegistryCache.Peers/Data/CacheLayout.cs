using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Peers.Data;

/// <summary>
/// Writes an OCI layout directory that all programs can push: an image manifest with layers, a config of BuildKit's cache format, and one
/// tag. The layers are gzip files whose content does not compress, so that nobody gains by compressing it again.
/// </summary>
internal static class CacheLayout
{
    private const int BlockLength = 1 << 20;
    private const string Time = "2026-01-01T00:00:00Z";

    public static void Write(string directory, CacheData data)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        var (layers, chain, records) = (new JsonArray(), new JsonArray(), new JsonArray());
        for (var i = 0; i < data.Blobs; i++)
        {
            var (digest, size, diffId) = WriteLayer(blobs, data.SizeOf(i), seed: i);
            layers.Add(Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest, size,
                ("containerd.io/uncompressed", diffId), ("buildkit/createdat", Time)));
            chain.Add(new JsonObject { ["blob"] = digest, ["parent"] = -1 });
            records.Add(new JsonObject
            {
                ["layers"] = new JsonArray(new JsonObject { ["layer"] = i, ["createdAt"] = Time }),
                ["digest"] = DigestOf(Encoding.UTF8.GetBytes("step " + i.ToString(CultureInfo.InvariantCulture))),
            });
        }

        var config = WriteJson(blobs, new JsonObject { ["layers"] = chain, ["records"] = records },
            "application/vnd.buildkit.cacheconfig.v0");
        const string manifestType = "application/vnd.oci.image.manifest.v1+json";
        var manifest = WriteJson(
            blobs,
            new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = manifestType, ["config"] = config, ["layers"] = layers },
            manifestType);
        manifest["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "latest" };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(manifest) };
        File.WriteAllText(Path.Combine(directory, "index.json"), index.ToJsonString());
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    private static (string Digest, long Size, string DiffId) WriteLayer(string blobs, long length, int seed)
    {
        var random = new Random(seed);
        var block = new byte[BlockLength];
        var path = Path.Combine(blobs, "new");
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = File.Create(path))
        using (var gzip = new GZipStream(file, CompressionLevel.NoCompression))
        {
            for (var left = length; left > 0; left -= BlockLength)
            {
                var part = block.AsSpan(0, (int)Math.Min(left, BlockLength));
                random.NextBytes(part);
                content.AppendData(part);
                gzip.Write(part);
            }
        }

        using var written = File.OpenRead(path);
        var (hash, size) = (SHA256.HashData(written), written.Length);
        File.Move(path, Path.Combine(blobs, Convert.ToHexStringLower(hash)), overwrite: true);
        return ("sha256:" + Convert.ToHexStringLower(hash), size, "sha256:" + Convert.ToHexStringLower(content.GetHashAndReset()));
    }

    private static JsonObject WriteJson(string blobs, JsonObject json, string mediaType)
    {
        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        var digest = DigestOf(bytes);
        File.WriteAllBytes(Path.Combine(blobs, digest["sha256:".Length..]), bytes);
        return Descriptor(mediaType, digest, bytes.Length);
    }

    private static JsonObject Descriptor(string mediaType, string digest, long size, params (string Name, string Value)[] annotations)
    {
        var descriptor = new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };
        if (annotations.Length > 0)
            descriptor["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)a.Value)));
        return descriptor;
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
