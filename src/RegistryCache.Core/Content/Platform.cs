using System.Collections.Immutable;

namespace RegistryCache.Core.Content;

/// <summary>The platform of an entry in an index. Source: OCI image-spec, image-index.md.</summary>
/// <param name="Architecture">The CPU architecture, as Go names it: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="OS">The operating system, as Go names it: <c>linux</c>, <c>windows</c>.</param>
internal sealed record Platform(string Architecture, string OS)
{
    /// <summary>The version of the operating system, or <see langword="null"/>.</summary>
    public string? OSVersion { get; init; }

    /// <summary>Required features of the operating system.</summary>
    public ImmutableArray<string> OSFeatures { get; init; } = [];

    /// <summary>The variant of the CPU, for example <c>v8</c>, or <see langword="null"/>.</summary>
    public string? Variant { get; init; }

    public override string ToString() => Variant is null ? $"{OS}/{Architecture}" : $"{OS}/{Architecture}/{Variant}";
}
