using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Core.Content;

/// <summary>One pass over the text, character by character: the time is linear in its length, whatever it holds.</summary>
internal static class ImageReferenceParser
{
    private const int MaxPathLength = 255;
    private const int MaxTagLength = 128;
    private const int MaxHostLength = 253;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:");

    public static (ImageReference? Value, ParseError? Error) Parse(string text)
    {
        if (text.Length == 0)
            return Fail("a reference is needed, such as ghcr.io/acme/app:buildcache.", 0);
        if (text.Length == 64 && !text.AsSpan().ContainsAnyExcept(LowerHex))
            return Fail("64 hexadecimal digits are an image ID, not a repository name.", 0, text.Length);

        var (domain, pathStart) = SplitDomain(text);
        if (pathStart > 0 && CheckDomain(text.AsSpan(0, pathStart - 1)) is { } domainError)
            return (null, domainError);

        var nameEnd = text.AsSpan(pathStart).IndexOfAny(':', '@');
        nameEnd = nameEnd < 0 ? text.Length : pathStart + nameEnd;
        if (CheckPath(text, pathStart, nameEnd) is { } pathError)
            return (null, pathError);
        var path = text[pathStart..nameEnd];
        if (domain == ImageReference.DockerHub && !path.Contains('/', StringComparison.Ordinal))
            path = "library/" + path;
        if (path.Length > MaxPathLength)
            return Fail($"the repository name is longer than {MaxPathLength} characters.", pathStart, nameEnd - pathStart);
        return ParseIdentity(text, domain, path, nameEnd);
    }

    public static ParseError? CheckTag(ReadOnlySpan<char> tag, int offset)
    {
        if (tag.IsEmpty)
            return new("a tag is needed after ':'.", offset);
        for (var i = 0; i < tag.Length; i++)
        {
            var c = tag[i];
            if (!(char.IsAsciiLetterOrDigit(c) || c == '_' || (i > 0 && c is '.' or '-')) || (i == 0 && c is '.' or '-'))
                return new("a tag consists of letters, digits, '_', '.' and '-', and starts with neither '.' nor '-'.", offset + i, 1);
        }

        return tag.Length > MaxTagLength ? new($"a tag has at most {MaxTagLength} characters.", offset, tag.Length) : null;
    }

    private static (ImageReference? Value, ParseError? Error) ParseIdentity(string text, string domain, string path, int nameEnd)
    {
        string? tag = null;
        Digest? digest = null;
        var position = nameEnd;
        if (position < text.Length && text[position] == ':')
        {
            var end = text.IndexOf('@', position);
            end = end < 0 ? text.Length : end;
            tag = text[(position + 1)..end];
            if (CheckTag(tag, position + 1) is { } tagError)
                return (null, tagError);
            position = end;
        }

        if (position < text.Length)
        {
            if (!RegistryCache.Digest.TryParse(text[(position + 1)..], out var parsed))
                return Fail(
                    "a digest is sha256:, sha384: or sha512: and 64, 96 or 128 lower-case hexadecimal digits.",
                    position + 1, text.Length - position - 1);
            digest = parsed;
        }

        return tag is null && digest is null
            ? (new ImageReference(domain, path, "latest", digest) { HasImpliedTag = true }, null)
            : (new ImageReference(domain, path, tag, digest), null);
    }

    /// <summary>The first component is a domain only if it cannot be a folder on Docker Hub.</summary>
    private static (string Domain, int PathStart) SplitDomain(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (ImageReference.DockerHub, 0);
        var first = text.AsSpan(0, slash);
        var isDomain = first.IndexOfAny('.', ':') >= 0 || first is "localhost" || first.IndexOfAnyInRange('A', 'Z') >= 0;
        if (!isDomain)
            return (ImageReference.DockerHub, 0);
        return (first is "index.docker.io" ? ImageReference.DockerHub : first.ToString(), slash + 1);
    }

    private static ParseError? CheckDomain(ReadOnlySpan<char> domain)
    {
        int hostEnd;
        if (domain.StartsWith("["))
        {
            var close = domain.IndexOf(']');
            if (close < 2 || domain[1..close].ContainsAnyExcept(IPv6Characters))
                return new("an IPv6 address consists of hexadecimal digits and ':' between brackets, without a zone.", 0, domain.Length);
            if (!IPAddress.TryParse(domain[1..close], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return new("the text between the brackets is not an IPv6 address.", 0, close + 1);
            hostEnd = close + 1;
        }
        else
        {
            var colon = domain.IndexOf(':');
            hostEnd = colon < 0 ? domain.Length : colon;
            if (CheckHostName(domain[..hostEnd]) is { } error)
                return error;
        }

        if (hostEnd == domain.Length)
            return null;
        var port = domain[(hostEnd + 1)..];
        if (domain[hostEnd] != ':' || port.IsEmpty || port.ContainsAnyExceptInRange('0', '9'))
            return new(
                "after the host comes ':' and a port number, and before it no scheme such as http://.",
                hostEnd, domain.Length - hostEnd);
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? null
            : new("a port is a number from 1 to 65535.", hostEnd + 1, port.Length);
    }

    private static ParseError? CheckHostName(ReadOnlySpan<char> host)
    {
        if (host.Length > MaxHostLength)
            return new($"a host has at most {MaxHostLength} characters.", 0, host.Length);
        for (var i = 0; i <= host.Length; i++)
        {
            var atEdge = i == host.Length || host[i] == '.';
            var valid = atEdge
                ? i > 0 && char.IsAsciiLetterOrDigit(host[i - 1])
                : char.IsAsciiLetterOrDigit(host[i]) || (host[i] == '-' && i > 0 && host[i - 1] != '.');
            if (!valid)
                return new(
                    "a host consists of letters, digits and '-' between dots, and no part is empty or starts or ends with '-'.",
                    Math.Min(i, host.Length), i < host.Length ? 1 : 0);
        }

        return null;
    }

    private static ParseError? CheckPath(string text, int start, int end)
    {
        var separators = 0;
        var component = start;
        for (var i = start; i <= end; i++)
        {
            var c = i < end ? text[i] : '/';
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            {
                separators = 0;
                continue;
            }

            if (char.IsUpper(c))
                return new("a repository name must be lower-case.", i, 1);
            if (c == '/')
            {
                if (i == component || separators > 0)
                    return new(
                        "each part of a repository name starts and ends with a letter or digit.",
                        i < end ? i : Math.Min(i, text.Length), i < end ? 1 : 0);
                component = i + 1;
                continue;
            }

            var follows = i > component && c switch
            {
                '-' => separators == 0 || text[i - 1] == '-',
                '_' => separators == 0 || (separators == 1 && text[i - 1] == '_'),
                '.' => separators == 0,
                _ => false,
            };
            if (!follows)
                return new(
                        "a repository name consists of lower-case letters and digits, " +
                        "joined by one '.', '_', '__', any number of '-', or '/'.",
                        i, 1);
            separators++;
        }

        return null;
    }

    private static (ImageReference? Value, ParseError? Error) Fail(string message, int position, int length = 0) =>
        (null, new ParseError(message, position, length));
}
