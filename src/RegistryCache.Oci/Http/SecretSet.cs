using System.Runtime.InteropServices;

namespace RegistryCache.Oci.Http;

/// <summary>
/// Secrets, made ready to be looked for: as a whole, and every part of eight characters. A longer part consists of such parts, so looking
/// one up at each place of a text finds any part, at a cost that the number of secrets does not change.
/// </summary>
internal sealed class SecretSet
{
    /// <summary>Shorter texts occur in ordinary words.</summary>
    public const int PartLength = 8;

    // An index of tokens of a mebibyte each would be larger than everything else in the client.
    private const int MaxIndexed = 256 * 1024;

    private readonly HashSet<UInt128> _parts = [];
    private readonly SecretSet? _more;

    /// <param name="secrets">The secrets; of very many characters the first ones are looked for by their parts too.</param>
    /// <param name="wholes">Secrets that are looked for only as a whole.</param>
    /// <param name="known">What everybody may know, such as the name of a repository: a part of a secret that occurs there is none.</param>
    /// <param name="more">Further secrets.</param>
    public SecretSet(IEnumerable<string> secrets, IEnumerable<string>? wholes = null, IEnumerable<string>? known = null, SecretSet? more = null)
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

    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsEmpty => Wholes.Count == 0 && _parts.Count == 0 && _more?.IsEmpty != false;

    /// <summary>The secrets that their parts do not find, with spaces in place of plus signs.</summary>
    public IReadOnlyList<string> Wholes { get; }

    /// <summary>In a form a space is a plus sign, and Base64 has plus signs of its own: both are a space here.</summary>
    public static string Spaced(string text) => text.Replace('+', ' ');

    /// <summary>Whether the first eight characters of a text are a part of a secret.</summary>
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
