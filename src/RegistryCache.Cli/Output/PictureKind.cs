namespace RegistryCache.Cli.Output;

/// <summary>The form of a picture.</summary>
internal enum PictureKind
{
    Html,
    Svg,
    Dot,
    Mermaid,
}
