using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>The name of something in a registry, in its normal form: <c>domain/path[:tag][@digest]</c>. Short names get the domain
/// <c>docker.io</c>, single names there the folder <c>library/</c>, and a name without tag and digest the tag <c>latest</c>. The case of a
/// domain is kept. Source: distribution/reference, normalize.go and regexp.go.</summary>
public sealed class ImageReference : IEquatable<ImageReference>
{
    /// <summary>The domain of Docker Hub, which names without a domain belong to.</summary>
    internal const string DockerHub = "docker.io";

    private const string DockerHubWireHost = "registry-1.docker.io";

    internal ImageReference(string domain, string path, string? tag, Digest? digest)
    {
        Domain = domain;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry, with its port if one was given, for example <c>docker.io</c> or <c>localhost:5000</c>.</summary>
    public string Domain { get; }

    /// <summary>The repository inside the registry, for example <c>library/alpine</c>: lower-case, 1 to 255 characters.</summary>
    public string Path { get; }

    /// <summary>The tag, 1 to 128 characters; <see langword="null"/> if only a digest names the content.</summary>
    public string? Tag { get; }

    /// <summary>Whether the text had neither a tag nor a digest, so that the tag is <c>latest</c>.</summary>
    internal bool HasImpliedTag { get; init; }

    /// <summary>The digest; <see langword="null"/> if only a tag names the content. Where both are given, the digest decides.</summary>
    public Digest? Digest { get; }

    /// <summary>The host, with its port if given, that requests go to; it differs from <see cref="Domain"/> on Docker Hub.</summary>
    public string WireHost => Domain == DockerHub ? DockerHubWireHost : Domain;

    /// <summary>Whether this was probably meant as <c>host:port/…</c>: <c>registry.example:5000</c> without a path names the repository
    /// <c>library/registry.example</c> on Docker Hub with the tag 5000, and credentials would go there. Worth a warning.</summary>
    public bool TagLooksLikePort =>
        Domain == DockerHub
        && Path.StartsWith("library/", StringComparison.Ordinal)
        && Path.Contains('.', StringComparison.Ordinal)
        && ushort.TryParse(Tag, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>Parses a reference and brings it into its normal form.</summary>
    /// <param name="text">The text, for example <c>ghcr.io/acme/app:buildcache</c>.</param>
    /// <exception cref="RegistryCacheException">Not a reference (<see cref="RegistryCacheErrorCode.InvalidReference"/>).</exception>
    public static ImageReference Parse(string? text)
    {
        var (reference, error) = TryParse(text);
        return reference ?? throw new CacheFormatException(
            RegistryCacheErrorCode.InvalidReference,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{ErrorText.QuoteReference(text)}' is not an image reference " +
                $"(at character {UserInfo.Move(text ?? "", error!.Position) + 1}): {error.Message}"));
    }

    /// <summary>The reference, or what is wrong and where.</summary>
    internal static (ImageReference? Value, ParseError? Error) TryParse(string? text) => ImageReferenceParser.Parse(text ?? "");

    /// <summary>Parses a reference and brings it into its normal form. Never throws.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">The reference, or <see langword="null"/>.</param>
    /// <returns>Whether <paramref name="text"/> is a reference.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = TryParse(text).Value;
        return reference is not null;
    }

    /// <summary>The same reference with another tag; a digest is kept.</summary>
    /// <param name="tag">1 to 128 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>; the first is not <c>.</c> or <c>-</c>.</param>
    /// <exception cref="RegistryCacheException">This is not a tag (<see cref="RegistryCacheErrorCode.InvalidReference"/>).</exception>
    public ImageReference WithTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return ImageReferenceParser.CheckTag(tag, 0) is { } error
            ? throw new CacheFormatException(
                RegistryCacheErrorCode.InvalidReference, $"'{ErrorText.Quote(tag)}' is not a tag: {error.Message}")
            : new ImageReference(Domain, Path, tag, Digest);
    }

    /// <summary>The same reference with another digest; a tag is kept.</summary>
    /// <param name="digest">The digest.</param>
    /// <exception cref="ArgumentException"><paramref name="digest"/> is <see langword="default"/>.</exception>
    public ImageReference WithDigest(Digest digest) => digest.IsDefault
        ? throw new ArgumentException("The digest must not be the default value.", nameof(digest))
        : new ImageReference(Domain, Path, Tag, digest);

    /// <inheritdoc/>
    public bool Equals(ImageReference? other) =>
        other is not null && Domain == other.Domain && Path == other.Path && Tag == other.Tag && Digest == other.Digest;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ImageReference);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Domain, Path, Tag, Digest);

    /// <summary>The full normal form, for example <c>docker.io/library/alpine:latest</c>. Parsing it gives an equal reference.</summary>
    public override string ToString() => $"{Domain}/{Path}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";
}
