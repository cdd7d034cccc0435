using System.Runtime.InteropServices;

namespace RegistryCache.Oci.Http;

/// <summary>An index to search for secrets: whole secrets, and every part of eight characters. A longer part consists of such parts, so one
/// look-up at each position of a text finds every part. The cost does not depend on the number of secrets.</summary>
internal sealed class SecretSet
{
    /// <summary>Shorter strings also occur in ordinary words.</summary>
    public const int PartLength = 8;

    // An index of tokens of a mebibyte each would need more memory than the rest of the client.
    private const int MaxIndexed = 256 * 1024;

    private readonly HashSet<UInt128> _parts = [];
    private readonly SecretSet? _more;

    /// <param name="secrets">The secrets. Above a total size, only the first ones are also searched by their parts.</param>
    /// <param name="wholes">Secrets that are searched only as a whole.</param>
    /// <param name="known">Public names, such as a repository's. A part of a secret that occurs in them does not count as secret.</param>
    /// <param name="more">Further secrets.</param>
    public SecretSet(IEnumerable<string> secrets, IEnumerable<string>? wholes = null, IEnumerable<string>? known = null,
        SecretSet? more = null)
    {
        var split = secrets.Select(Spaced).Where(static secret => secret.Length > 0).Distinct().ToList();
        _more = more;
        foreach (var secret in split)
        {
            for (var i = 0; i + PartLength <= secret.Length && _parts.Count < MaxIndexed; i++)
                _parts.Add(Key(secret.AsSpan(i)));
        }

        foreach (var text in (known ?? []).Select(Spaced))
        {
            for (var i = 0; i + PartLength <= text.Length; i++)
                _parts.Remove(Key(text.AsSpan(i)));
        }

        var others = (wholes ?? []).Select(Spaced).Where(static secret => secret.Length > 0);
        Wholes = [.. split.Where(secret => !IsCovered(secret)).Concat(others).Concat(more?.Wholes ?? []).Distinct()];
    }

    public bool IsEmpty => Wholes.Count == 0 && _parts.Count == 0 && _more?.IsEmpty != false;

    /// <summary>The secrets that their parts do not find, with spaces instead of plus signs.</summary>
    public IReadOnlyList<string> Wholes { get; }

    /// <summary>A form writes a space as a plus sign, and Base64 also uses plus signs. Both are treated as a space.</summary>
    public static string Spaced(string text) => text.Replace('+', ' ');

    /// <summary>Whether the first eight characters of a text are part of a secret.</summary>
    public bool HasPart(ReadOnlySpan<char> text) => HasPart(Key(text));

    private bool IsCovered(string secret)
    {
        var at = 0;
        while (at + PartLength <= secret.Length && _parts.Contains(Key(secret.AsSpan(at))))
            at++;
        return at > 0 && at + PartLength > secret.Length;
    }

    private bool HasPart(UInt128 key) => _parts.Contains(key) || _more?.HasPart(key) == true;

    private static UInt128 Key(ReadOnlySpan<char> text) => MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(text[..PartLength]));
}
