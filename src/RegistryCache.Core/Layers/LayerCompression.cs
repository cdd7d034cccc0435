using System.Buffers;

namespace RegistryCache;

/// <summary>The name of a layer compression, as in <c>compression=…</c>: lower-case. Each registered codec has its own name.</summary>
public readonly struct LayerCompression : IEquatable<LayerCompression>
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly string? _name;

    private LayerCompression(string name) => _name = name;

    /// <summary>gzip, BuildKit's default.</summary>
    public static LayerCompression Gzip { get; } = new("gzip");

    /// <summary>Zstandard.</summary>
    public static LayerCompression Zstd { get; } = new("zstd");

    /// <summary>eStargz: gzip members with a table of contents, readable file by file.</summary>
    public static LayerCompression EStargz { get; } = new("estargz");

    /// <summary>A plain tar.</summary>
    public static LayerCompression Uncompressed { get; } = new("uncompressed");

    /// <summary>The name.</summary>
    public string Name => _name ?? "gzip";

    /// <summary>A compression by name.</summary>
    /// <param name="name">Lower-case ASCII letters, digits, <c>-</c> and <c>_</c>, at least one.</param>
    /// <exception cref="RegistryCacheException">Bad name (<see cref="RegistryCacheErrorCode.UnsupportedCompression"/>).</exception>
    public static LayerCompression FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.UnsupportedCompression,
                $"'{ErrorText.Quote(name)}' cannot name a compression: use lower-case letters, digits, '-' and '_', " +
                "such as gzip, zstd, estargz or uncompressed.");
        }

        return new LayerCompression(name);
    }

    internal static bool IsName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <inheritdoc/>
    public bool Equals(LayerCompression other) => string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LayerCompression other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Equality of the names.</summary>
    /// <param name="left">One compression.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(LayerCompression left, LayerCompression right) => left.Equals(right);

    /// <summary>Inequality of the names.</summary>
    /// <param name="left">One compression.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(LayerCompression left, LayerCompression right) => !left.Equals(right);
}
