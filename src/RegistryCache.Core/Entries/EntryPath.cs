using System.Runtime.InteropServices;
using System.Text;

namespace RegistryCache.Core.Entries;

/// <summary>A path in UTF-8, as tars and most systems have it. Large folders have so many paths that a text for each would take longer than
/// to look at all files.</summary>
internal readonly struct EntryPath(ReadOnlyMemory<byte> bytes) : IEquatable<EntryPath>, IComparable<EntryPath>
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;

    public ReadOnlySpan<byte> Span => _bytes.Span;

    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>The path of the directory that it is in; empty for the root.</summary>
    public EntryPath Directory => new(_bytes[..Parent.Length]);

    /// <summary>The bytes of <see cref="Directory"/>.</summary>
    public ReadOnlySpan<byte> Parent => Span[..Math.Max(0, Span.LastIndexOf((byte)'/'))];

    public ReadOnlySpan<byte> Name => Span[(Span.LastIndexOf((byte)'/') + 1)..];

    public static implicit operator EntryPath(string path) => new(PathText.Encode(path));

    /// <summary>The same path in memory of its own, for one that is read from memory that will hold the next one.</summary>
    public EntryPath Keep() => new(Span.ToArray());

    /// <summary>Compares in the order of a tree: a directory before its content, names by their bytes.</summary>
    public int CompareTo(EntryPath other) => Compare(Span, other.Span);

    /// <summary>The same for paths, or for what follows after the same beginning.</summary>
    public static int Compare(ReadOnlySpan<byte> path, ReadOnlySpan<byte> other)
    {
        var shared = path.CommonPrefixLength(other);
        return At(path, shared) - At(other, shared);

        static int At(ReadOnlySpan<byte> path, int i) => i == path.Length ? -2 : path[i] == '/' ? -1 : path[i];
    }

    /// <summary>Whether it is this text, without making one for each question.</summary>
    public bool Is(string path) => Ascii.Equals(Span, path) || (!Ascii.IsValid(Span) && Equals(path));

    public bool Equals(EntryPath other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is EntryPath other && Equals(other);

    public override int GetHashCode()
    {
        // Paths come from strangers. Unlike HashCode, the hash of texts has a secret key, so nobody can choose paths with equal ones.
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(Span));
        return Span.Length % sizeof(char) == 0 ? hash : HashCode.Combine(hash, Span[^1]);
    }

    public override string ToString() => PathText.Decode(Span);
}
