using System.Text;
using RegistryCache.Core.Content;
using RegistryCache.Core.Format;
using RegistryCache.Core.Layers;

namespace RegistryCache.Core.Tests.Format;

/// <summary>A small cache whose bytes BuildKit's own exporter produced from the same names.</summary>
internal sealed class GoldenVectorTests
{
    private const string Config =
        """{"layers":[{"blob":"sha256:922badbaf192e1a4a5af64df422de6d73e96e70d0ab52245bd3d692bcea9cfad","parent":1},{"blob":"sha256:ff5eba71a8188ea1e1d463b58f6ad20fb3736ae6e2fe50bc84a5a2c672c95e35","parent":-1}],"records":[{"layers":[{"layer":1,"createdAt":"2023-11-14T22:13:20Z"}],"digest":"sha256:23246075b2618ada1ca6f2f46558128e192ebb1192f9703fbcdd0bae12d95768","inputs":[[{"selector":"sha256:6a50dc8584134c7de537c0052ff6d236bf874355e050c90523e0c5ff2a543a28","link":1},{"link":3}]]},{"digest":"sha256:76968aebce44d5d23d2a300751a2d5b047d9143b7e8391c37c6f33c76e9f0355"},{"layers":[{"layer":0,"createdAt":"2023-11-14T22:13:21.123456789Z"}],"digest":"sha256:e03af00f3bcb0224bff76fb5d813b321b1ff1ec2601f3a60f768be63983cd98f","inputs":[[{"link":0}]]},{"digest":"sha256:eb1f776c952eb92be0faa7218e123f41237597f5928f9378fa22acec003aae92"}]}""";

    [Test]
    public void The_config_comes_out_byte_for_byte()
    {
        var config = CacheConfigWriter.Write(Build());

        Assert.That(Encoding.UTF8.GetString(config.Json.Span), Is.EqualTo(Config));
        Assert.That(Digest.OfBytes(config.Json.Span).ToString(), Is.EqualTo("sha256:812bb1185b9a17533fa2242d293ce5c51478225dae4b25e3dc73b5e2873e0ead"));
    }

    [TestCase(CacheManifestForm.ImageManifest, 882, "sha256:d945ae2300a56601da78d4833eccb172dc054b1d9707c675a2d4003dedfe7405")]
    [TestCase(CacheManifestForm.OciIndex, 873, "sha256:8a61416df575c88ef5844e449406fe5efc3dac2172bc55905f4e1e7867346774")]
    [TestCase(CacheManifestForm.DockerManifestList, 903, "sha256:11c8325a4f3cd322f80e5bdb22675cdc6637cd215f5133411d3adbfd601f373b")]
    public void The_manifest_comes_out_byte_for_byte(CacheManifestForm form, int size, string digest)
    {
        var config = CacheConfigWriter.Write(Build());
        var descriptor = new Descriptor(MediaTypes.CacheConfig, Digest.OfBytes(config.Json.Span), config.Json.Length);

        var manifest = CacheManifestWriter.Write(
            form, config.Entries.Select(e => new LayerCodecSet([]).DescriptorIn(form, e.Top.Descriptor)), descriptor);

        Assert.That(manifest.Bytes.Length, Is.EqualTo(size));
        Assert.That(manifest.Descriptor.Digest.ToString(), Is.EqualTo(digest));
    }

    private static CacheGraph Build()
    {
        CacheLayer Layer(int number, string createdAt)
        {
            var blob = Encoding.ASCII.GetBytes($"layer-{number}");
            var descriptor = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(blob), blob.Length)
                .WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText($"diff-layer-{number}").ToString())
                .WithAnnotation(AnnotationKeys.CreatedAt, createdAt);
            return new CacheLayer(descriptor, BlobSource.FromBytes(blob));
        }

        string Key(string op) => CacheRecord.DigestOf(Digest.OfText(op)).ToString();

        var builder = new CacheGraphBuilder();
        var chain = LayerChain.Of(Layer(0, "2023-11-14T22:13:20.12Z"));
        var source = builder.AddSource(Key("src"));
        var content = builder.AddSource(CacheRecord.DigestOfContent(Digest.OfText("content")).ToString());
        var op1 = builder.Add(
            Key("op1"),
            [[(source, ""), new(content, CacheLink.SelectorOf("/a"))]],
            new CacheResult(chain, CacheTime.FromUnix(1700000000)));
        builder.Add(
            Key("op2"),
            [[(op1, "")]],
            new CacheResult(chain.Append(Layer(1, "2023-11-14T22:13:21.12Z")), CacheTime.FromUnix(1700000001, 123456789)));
        return builder.Build();
    }
}
