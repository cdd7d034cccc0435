using RegistryCache.Core.Content;

namespace RegistryCache.Testing.Samples;

/// <summary>A blob with its descriptor, the same for the same length and seed.</summary>
internal sealed class TestBlob
{
    private TestBlob(byte[] bytes, string algorithm)
    {
        Bytes = bytes;
        Descriptor = new Descriptor(MediaTypes.OciLayerGzip, DigestOf(bytes, algorithm), bytes.Length);
    }

    public byte[] Bytes { get; }

    public Descriptor Descriptor { get; }

    public Digest Digest => Descriptor.Digest;

    public BlobSource Source => BlobSource.FromBytes(Bytes);

    public static TestBlob Create(int length, int seed = 1, string algorithm = "sha256")
    {
        var bytes = new byte[length];
        using var stream = new GeneratedStream(length, seed);
        stream.ReadExactly(bytes);
        return new TestBlob(bytes, algorithm);
    }

    public static TestBlob FromBytes(byte[] bytes) => new(bytes, "sha256");

    private static Digest DigestOf(byte[] bytes, string algorithm) => algorithm switch
    {
        "sha256" => Digest.OfBytes(bytes),
        "sha384" => DigestHasher.Of(DigestAlgorithm.Sha384, bytes),
        "sha512" => DigestHasher.Of(DigestAlgorithm.Sha512, bytes),
        _ => throw new ArgumentException($"'{algorithm}' is not sha256, sha384 or sha512.", nameof(algorithm)),
    };
}
