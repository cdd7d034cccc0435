using RegistryCache.Core.Layers;
using RegistryCache.Core.Parameters;

namespace RegistryCache.Core.Tests.Parameters;

/// <summary>Reads texts that must not be read, and checks what every such error promises.</summary>
internal static class ParameterErrors
{
    public static CacheParameterOptions Buildx { get; } = new() { BuildxCompatible = true };

    /// <summary>Texts of a cache with the codecs of the house.</summary>
    public static CacheTexts Texts { get; } = new(
        [], new LayerCodecSet([LayerCodecs.Gzip, LayerCodecs.Zstd(), LayerCodecs.EStargz, LayerCodecs.Uncompressed]), allowsDockerTypesForAll: false);

    public static CacheParameterException OfTarget(string text, CacheParameterOptions? options = null) =>
        Check(text, () => Texts.Targets(text, options));

    public static CacheParameterException OfSource(string text, CacheParameterOptions? options = null) =>
        Check(text, () => Texts.Sources(text, options));

    /// <summary>The part of the text that the error points at.</summary>
    public static string Marked(CacheParameterException error) => error.Text.Substring(error.Position, error.Length);

    private static CacheParameterException Check(string text, Action parse)
    {
        var error = Assert.Throws<CacheParameterException>(parse)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidParameter));
            Assert.That(error.Text, Is.EqualTo(text));
            Assert.That(error.Position, Is.InRange(0, text.Length));
            Assert.That(error.Position + error.Length, Is.InRange(error.Position, text.Length));
            Assert.That(error.Message, Does.Contain($"at position {error.Position}"));
            Assert.That(error.Excerpt.Split('\n'), Has.Length.EqualTo(2));
        }

        return error;
    }
}
