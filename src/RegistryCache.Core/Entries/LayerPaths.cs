using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Entries;

/// <summary>The rules for paths, link targets and whiteouts in layers. Source: OCI image-spec, layer.md.</summary>
internal static class LayerPaths
{
    public const string WhiteoutPrefix = ".wh.";
    public const string OpaqueMarker = ".wh..wh..opq";

    /// <summary>The names of AUFS's own files: <c>.wh..wh.plnk</c>, <c>.wh..wh.orph</c>, <c>.wh..wh.aufs</c>.</summary>
    private const string ReservedPrefix = ".wh..wh.";

    public static string WhiteoutOf(string path)
    {
        var (parent, name) = Split(path);
        return Join(parent, WhiteoutPrefix + name);
    }

    public static string OpaqueMarkerOf(string directory) => Join(directory, OpaqueMarker);

    public static string Join(string parent, string name) => parent.Length == 0 ? name : parent + "/" + name;

    public static (string Parent, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    /// <summary>The path in normal form: no leading <c>/</c> or <c>./</c>, no empty or <c>.</c> parts. Empty for the root. An absolute path
    /// starts at the root of the layer, as for containerd and tar.</summary>
    /// <exception cref="LayerFormatException">The path contains <c>..</c> or a NUL.</exception>
    /// <exception cref="LimitExceededException">The path is too long or too deep.</exception>
    public static string Normalize(string raw, string what, RestoreLimits limits)
    {
        if (raw.Contains('\0'))
            throw Invalid($"{what} '{ErrorText.Quote(raw)}' contains a NUL character");
        CheckLength(raw, what, limits);
        if (!OperatingSystem.IsWindows() && IsNormal(raw) && raw.AsSpan().Count('/') < limits.MaxPathDepth)
            return raw;
        var parts = new List<string>();
        foreach (var part in raw.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
                throw Unsafe($"{what} '{ErrorText.Quote(raw)}' contains '..'");
            if (OperatingSystem.IsWindows() && WindowsNames.Problem(part) is { } problem)
                throw Unsafe($"{what} '{ErrorText.Quote(raw)}' {problem}");
            parts.Add(part);
        }

        return parts.Count <= limits.MaxPathDepth
            ? string.Join('/', parts)
            : throw new LimitExceededException(
                $"The depth of {what} '{ErrorText.Quote(raw)}'", "RestoreLimits.MaxPathDepth", limits.MaxPathDepth, parts.Count);
    }

    /// <summary>Whether a path in UTF-8 is not empty, in normal form and within the limits.</summary>
    public static bool IsNormal(ReadOnlySpan<byte> path, RestoreLimits limits)
    {
        if (path.Contains((byte)0) || path.Length > limits.MaxPathBytes || path.Count((byte)'/') >= limits.MaxPathDepth)
            return false;
        foreach (var range in path.Split((byte)'/'))
        {
            var name = path[range];
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Length > limits.MaxNameBytes
                || (OperatingSystem.IsWindows() && WindowsNames.Problem(PathText.Decode(name)) is not null))
                return false;
        }

        return true;
    }

    // As nearly every path is.
    private static bool IsNormal(ReadOnlySpan<char> path)
    {
        foreach (var part in path.Split('/'))
        {
            if (path[part] is "" or "." or "..")
                return false;
        }

        return true;
    }

    /// <exception cref="LimitExceededException">The path, or a name in it, is too long.</exception>
    public static void CheckLength(string path, string what, RestoreLimits limits, string owner = nameof(RestoreLimits))
    {
        // A UTF-16 unit takes three bytes at most, so only a long path must be encoded to know its length.
        if (path.Length > limits.MaxPathBytes / 3
            && (path.Length > limits.MaxPathBytes || PathText.Encode(path).Length > limits.MaxPathBytes))
            throw new LimitExceededException($"{what} '{ErrorText.Quote(path)}'", $"{owner}.MaxPathBytes", limits.MaxPathBytes);
        for (var start = 0; start <= path.Length;)
        {
            var rest = path.AsSpan(start);
            var length = rest.IndexOf('/') is >= 0 and var slash ? slash : rest.Length;
            if (length > limits.MaxNameBytes / 3 && PathText.Encode(path.Substring(start, length)).Length > limits.MaxNameBytes)
                throw new LimitExceededException(
                    $"A name in {what} '{ErrorText.Quote(path)}'", $"{owner}.MaxNameBytes", limits.MaxNameBytes);
            start += length + 1;
        }
    }

    /// <summary>Whether a link stays inside the root, whatever other links there are. <c>..</c> is allowed at the start of the target, as
    /// long as it does not lead above the root. After a name it is refused, because the name can be a link to another directory.</summary>
    public static bool StaysInside(string linkPath, string target)
    {
        if (target.StartsWith('/') || (OperatingSystem.IsWindows() && (Path.IsPathRooted(target) || target.Contains('\\'))))
            return false;
        var depth = linkPath.Count(c => c == '/');
        var named = false;
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                named = true;
            else if (named || --depth < 0)
                return false;
        }

        return true;
    }

    /// <summary>Whether the path is a whiteout, and what it deletes. Names of AUFS are not whiteouts.</summary>
    public static (LayerEntryKind Kind, string Path) Classify(LayerEntry entry)
    {
        var path = entry.Path;
        if (!path.Contains(WhiteoutPrefix, StringComparison.Ordinal))
            return (entry.Kind, path);
        var (parent, name) = Split(path);
        if (parent.StartsWith(WhiteoutPrefix, StringComparison.Ordinal) || parent.Contains("/" + WhiteoutPrefix, StringComparison.Ordinal))
            throw Unsafe($"The path '{ErrorText.Quote(path)}' is inside a whiteout, which cannot be a directory");
        if (!name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            return (entry.Kind, path);

        // Old storage drivers wrote whiteouts as hard links to one empty file.
        if (entry.Kind is not (LayerEntryKind.File or LayerEntryKind.HardLink))
            throw Unsafe($"The whiteout '{ErrorText.Quote(path)}' is not a file");
        if (name == OpaqueMarker)
            return (LayerEntryKind.OpaqueDirectory, parent);
        var victim = name[WhiteoutPrefix.Length..];
        return victim is "" or "." or ".."
            ? throw Unsafe($"The whiteout '{ErrorText.Quote(path)}' does not name an entry of its directory")
            : (LayerEntryKind.Whiteout, Join(parent, victim));
    }

    /// <summary>Whether the path is one of AUFS's own, or inside one. Every reader of layers ignores them.</summary>
    public static bool IsOfAufs(string path) => path.Contains(ReservedPrefix, StringComparison.Ordinal)
        && path.Split('/').Any(part => part.StartsWith(ReservedPrefix, StringComparison.Ordinal) && part != OpaqueMarker);

    public static LayerFormatException Unsafe(string problem) =>
        new(RegistryCacheErrorCode.UnsafeLayer, problem + ". The layer was not applied. Do not trust its source.");

    public static LayerFormatException Invalid(string problem) =>
        new(RegistryCacheErrorCode.InvalidTar, problem + ". The tar is damaged or malicious. It was not read any further.");
}
