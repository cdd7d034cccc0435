using System.Globalization;
using RegistryCache.Core.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>The keys of every export: read, printed and checked. Source: BuildKit util/compression/attrs.go, control/control.go.</summary>
internal static class ExportKeys
{
    public static IReadOnlyList<string> All { get; } =
        ["mode", "oci-mediatypes", "image-manifest", "compression", "compression-level", "force-compression", "ignore-error"];

    public static CacheTarget Read(CacheParameterReader parameters, CacheTarget target, LayerCodecSet? codecs)
    {
        var compression = Compression(parameters, codecs);
        if (parameters.Has("compression"))
            target = target with { Compression = compression };
        return target with
        {
            CompressionLevel = Level(parameters, compression, codecs),
            ForceCompression = parameters.Boolean("force-compression", empty: true) ?? false,
            OciMediaTypes = parameters.Boolean("oci-mediatypes") ?? true,
            ImageManifest = parameters.Boolean("image-manifest"),
            Mode = Mode(parameters),
            IgnoreError = IgnoreError(parameters),
        };
    }

    public static IEnumerable<KeyValuePair<string, string>> Print(CacheTarget target)
    {
        if (target.Mode is { } mode)
            yield return new("mode", mode == CacheMode.Max ? "max" : "min");
        if (!target.OciMediaTypes)
            yield return new("oci-mediatypes", "false");
        if (target.ImageManifest is { } imageManifest)
            yield return new("image-manifest", imageManifest ? "true" : "false");
        if (target.NamesCompression)
            yield return new("compression", target.Compression.Name);
        if (target.CompressionLevel is { } level)
            yield return new("compression-level", level.ToString(CultureInfo.InvariantCulture));
        if (target.ForceCompression)
            yield return new("force-compression", "true");
        if (target.IgnoreError)
            yield return new("ignore-error", "true");
    }

    /// <summary>Finds keys that contradict each other or the codecs. Without codecs, it finds what every codec would refuse.</summary>
    public static ParameterProblem? Check(CacheTarget target, LayerCodecSet? codecs, bool allowsDockerTypesForAll)
    {
        var codec = codecs?.Find(target.Compression);

        // If nothing is converted, the default needs no codec. So a tool without codecs can copy.
        var asksForCompression = target.ForceCompression || target.Compression != default || target.CompressionLevel is not null;
        if (codecs is not null && codec is null && asksForCompression)
            return new("compression", codecs.Unknown(target.Compression), codecs.Nearest(target.Compression));
        if (codec is not null && target.CompressionLevel is { } level && codec.Levels?.Contains(level) != true)
        {
            return new("compression-level", codec.Levels is { } range
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"compression-level is {range.Minimum} to {range.Maximum} for compression={codec.Compression}")
                : $"compression={codec.Compression} has no levels, so compression-level must not be given");
        }

        if (target is { OciMediaTypes: false, ImageManifest: true })
            return new("image-manifest", "image-manifest=true contradicts oci-mediatypes=false: Docker has no such manifest");
        if (!target.OciMediaTypes && !allowsDockerTypesForAll && codec is { DockerMediaType: null })
            return new(
                "compression", $"compression={target.Compression} contradicts oci-mediatypes=false: Docker has no media type for it");
        return target.Mode is { } mode && !Enum.IsDefined(mode) ? new("mode", $"mode {(int)mode} does not exist") : null;
    }

    private static LayerCompression Compression(CacheParameterReader parameters, LayerCodecSet? codecs)
    {
        if (!parameters.Has("compression"))
            return default;
        var name = parameters.Text("compression", "");
        if (LayerCompression.IsName(name))
            return LayerCompression.FromName(name);
        throw codecs is { Codecs.Count: > 0 }
            ? parameters.NoneOf("compression", [.. codecs.Codecs.Select(c => c.Compression.Name)])
            : parameters.Error("compression", $"'{ErrorText.Quote(name)}' cannot name a compression");
    }

    private static int? Level(CacheParameterReader parameters, LayerCompression compression, LayerCodecSet? codecs)
    {
        var level = parameters.Integer("compression-level");
        if (level is null || !parameters.BuildxCompatible || codecs?.Find(compression) is not { } codec)
            return level;
        return codec.Levels?.FromBuildx(level.Value);
    }

    private static CacheMode? Mode(CacheParameterReader parameters)
    {
        if (!parameters.Has("mode"))
            return null;
        return parameters.Text("mode", "") switch
        {
            "min" => CacheMode.Min,
            "max" => CacheMode.Max,
            _ => parameters.BuildxCompatible ? CacheMode.Min : throw parameters.NoneOf("mode", "min", "max"),
        };
    }

    /// <summary>For BuildKit, a value that it cannot read is false.</summary>
    private static bool IgnoreError(CacheParameterReader parameters)
    {
        try
        {
            return parameters.Boolean("ignore-error") ?? false;
        }
        catch (CacheParameterException) when (parameters.BuildxCompatible)
        {
            return false;
        }
    }
}
