using NodeLinks = System.Collections.Generic.IReadOnlyList<(RegistryCache.CacheGraphNode Source, string Selector)>;

namespace RegistryCache.Core.Tests.Divergence;

/// <summary>A cache as BuildKit writes it for: FROM image; RUN mkdir; COPY source; RUN; a stage with a tool on scratch; COPY --from=tool.
/// Its parts can be replaced.</summary>
internal static class BuildGraphs
{
    public static CacheGraph Build(
        string image = "image", string source = "source", string command = "run", string tool = "tool", string part = "/tool", bool extra = false)
    {
        var builder = new CacheGraphBuilder();
        var chain = LayerChain.Of(Layer(image));
        var key = CacheRecord.DigestOf(Digest.OfText($"buildkit.source.v0:{Digest.OfText(image)}")).ToString();
        NodeLinks from = [(builder.AddSource(Name("manifest of " + image)), ""), (builder.AddSource(key), "")];
        var mkdir = builder.Add(Name("mkdir"), [from], Result(chain = chain.Append(Layer("mkdir"))));
        var copy = builder.Add(Name("copy"), [[(mkdir, "")], [(builder.AddSource(Name("content " + source)), "")]], Result(chain = chain.Append(Layer(source))));
        var run = builder.Add(Name(command), [[(copy, "")]], Result(chain = chain.Append(Layer(source + command))));
        if (extra)
            run = builder.Add(Name("extra"), [[(run, "")]], Result(chain = chain.Append(Layer("extra"))));
        var made = builder.Add(Name(tool), [[(builder.AddSource(Name("content of the tool")), "")]], Result(LayerChain.Of(Layer(tool))));
        builder.Add(
            Name("final"),
            [[(run, "")], [(made, CacheLink.SelectorOf(part)), (builder.AddSource(Name($"content {tool} {part}")), "")]],
            Result(chain.Append(Layer("final"))));
        return builder.Build();
    }

    public static string Name(string text) => Digest.OfText(text).ToString();

    private static CacheResult Result(LayerChain chain) => new(chain, CacheTime.FromUnix(1_790_000_000));

    private static CacheLayer Layer(string text)
    {
        var annotations = new Dictionary<string, string> { ["containerd.io/uncompressed"] = Digest.OfText(text).ToString() };
        var descriptor = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText("blob " + text), 1).WithAnnotations(annotations);
        return new CacheLayer(descriptor, BlobSource.FromBytes(new byte[] { 1 }));
    }
}
