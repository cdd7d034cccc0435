using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>A content digest, <c>algorithm:hex</c>, checked once when it is parsed and trusted afterwards: the algorithm is known and the
/// lower-case hexadecimal part has exactly its length, so <see cref="Hex"/> is always safe as a file name.</summary>
/// <remarks>Order is the byte order of the text, as in BuildKit. Source: OCI image-spec, descriptor.md, "Digests".</remarks>
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private static readonly string[] Prefixes = ["sha256:", "sha384:", "sha512:"];

    private readonly string? _text;

    private Digest(string text, DigestAlgorithm algorithm)
    {
        _text = text;
        Algorithm = algorithm;
    }

    internal DigestAlgorithm Algorithm { get; }

    /// <summary>The algorithm's name, for example <c>sha256</c>.</summary>
    public string AlgorithmName => Prefixes[(int)Algorithm][..^1];

    /// <summary>The hexadecimal part: 64, 96 or 128 lower-case digits.</summary>
    public string Hex => Text[Prefixes[(int)Algorithm].Length..];

    /// <summary>Whether this is <see langword="default"/>, which is not a digest.</summary>
    public bool IsDefault => _text is null;

    private string Text => _text ?? throw new InvalidOperationException("A default Digest has no value.");

    /// <summary>Parses a digest.</summary>
    /// <param name="text">The text, for example <c>sha256:e3b0…</c>.</param>
    /// <exception cref="RegistryCacheException">The text is not a digest (<see cref="RegistryCacheErrorCode.InvalidDigest"/>).</exception>
    public static Digest Parse(string? text) => TryParse(text, out var digest)
        ? digest
        : throw new CacheFormatException(
            RegistryCacheErrorCode.InvalidDigest,
            $"'{ErrorText.Quote(text)}' is not a digest: expected sha256:, sha384: or sha512: followed by " +
            "64, 96 or 128 lower-case hexadecimal digits.");

    /// <summary>Parses a digest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest, or <see langword="default"/>.</param>
    /// <returns>Whether <paramref name="text"/> is a digest.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null)
            return false;
        for (var i = 0; i < Prefixes.Length; i++)
        {
            var prefix = Prefixes[i];
            if (!text.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var algorithm = (DigestAlgorithm)i;
            var hex = text.AsSpan(prefix.Length);
            if (hex.Length != HashLength(algorithm) * 2 || hex.ContainsAnyExcept(HexDigits))
                return false;
            digest = new Digest(text, algorithm);
            return true;
        }

        return false;
    }

    /// <summary>The SHA-256 digest of bytes.</summary>
    /// <param name="content">The bytes.</param>
    public static Digest OfBytes(ReadOnlySpan<byte> content) => FromHash(DigestAlgorithm.Sha256, SHA256.HashData(content));

    /// <summary>The SHA-256 digest of a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    public static Digest OfText(string text) => OfBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A digest from a finished hash.</summary>
    /// <exception cref="ArgumentException">The hash has another length than the algorithm's.</exception>
    internal static Digest FromHash(DigestAlgorithm algorithm, ReadOnlySpan<byte> hash)
    {
        if (hash.Length != HashLength(algorithm))
            throw new ArgumentException($"A {algorithm} hash has {HashLength(algorithm)} bytes, not {hash.Length}.", nameof(hash));
        return new Digest(Prefixes[(int)algorithm] + Convert.ToHexStringLower(hash), algorithm);
    }

    /// <inheritdoc/>
    public bool Equals(Digest other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The text form, for example <c>sha256:e3b0…</c>; empty for <see langword="default"/>.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>Equality of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Inequality of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>Byte order of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Byte order of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Byte order of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order of the text forms.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    private static int HashLength(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => SHA256.HashSizeInBytes,
        DigestAlgorithm.Sha384 => SHA384.HashSizeInBytes,
        DigestAlgorithm.Sha512 => SHA512.HashSizeInBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
