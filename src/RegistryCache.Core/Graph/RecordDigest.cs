using System.Globalization;
using System.Text;

namespace RegistryCache;

/// <summary>Record digests, which name the outputs of steps and content. Source: BuildKit cache/remotecache/v1/utils.go.</summary>
public static class RecordDigest
{
    // The output index that BuildKit reserves for keys that are made from content.
    private const int ContentIndex = -1;

    /// <summary>The record digest of one output of an operation: the SHA-256 of <c>operation@output</c>.</summary>
    /// <param name="operation">The digest of the operation's definition, without its inputs.</param>
    /// <param name="output">Which output, from 0.</param>
    public static Digest Of(Digest operation, int output = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        return Hash(operation, output);
    }

    /// <summary>The digest of the record for content, whatever produced it: the SHA-256 of <c>content@-1</c>. Such a record has no inputs,
    /// and links to it have an empty selector.</summary>
    /// <param name="content">The digest of the content.</param>
    public static Digest OfContent(Digest content) => Hash(content, ContentIndex);

    private static Digest Hash(Digest digest, int index)
    {
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        return Digest.OfBytes(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{digest}@{index}")));
    }
}
