using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Entries;

/// <summary>The rules for paths and link targets inside layers: relative, no way up, whiteout names. Source: OCI image-spec,
/// layer.md.</summary>
internal static class LayerPaths
{
    public const string WhiteoutPrefix = ".wh.";
    public const string OpaqueMarker = ".wh..wh..opq";

    /// <summary>AUFS kept files of its own under such names, in the root of every branch: <c>.wh..wh.plnk</c>, <c>.wh..wh.orph</c>,
    /// <c>.wh..wh.aufs</c>.</summary>
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

    /// <summary>The path as we keep it: no leading <c>/</c> or <c>./</c>, no empty or <c>.</c> parts. Empty for the root. An absolute name
    /// counts from the root of the layer, as for containerd and tar.</summary>
    /// <exception cref="LayerFormatException">The path leads up or holds a NUL.</exception>
    /// <exception cref="LimitExceededException">The path is too long or too deep.</exception>
    public static string Normalize(string raw, string what, RestoreLimits limits)
    {
        if (raw.Contains('\0'))
            throw Invalid($"{what} '{ErrorText.Quote(raw)}' contains a NUL character");
        CheckLength(raw, what, limits);
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

    /// <exception cref="LimitExceededException">The path, or a name in it, is too long.</exception>
    public static void CheckLength(string path, string what, RestoreLimits limits, string owner = nameof(RestoreLimits))
    {
        // A UTF-16 unit takes three bytes at most, so few paths have to be looked at closely.
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

    /// <summary>Whether a link stays inside wherever it and its neighbours are: <c>..</c> may only lead its text, and not above the root. A
    /// <c>..</c> after a name is refused too, because the name can be a link and the way up then starts elsewhere.</summary>
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

    /// <summary>Whether the path is a whiteout, and of what. Names of AUFS are not whiteouts.</summary>
    public static (LayerEntryKind Kind, string Path) Classify(LayerEntry entry)
    {
        var path = entry.Path;
        if (!path.Contains(WhiteoutPrefix, StringComparison.Ordinal))
            return (entry.Kind, path);
        var (parent, name) = Split(path);
        if (parent.StartsWith(WhiteoutPrefix, StringComparison.Ordinal) || parent.Contains("/" + WhiteoutPrefix, StringComparison.Ordinal))
            throw Unsafe($"The path '{ErrorText.Quote(path)}' has a whiteout for a directory");
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

    /// <summary>Whether the path is, or lies in, what AUFS kept for itself. No reader applies that.</summary>
    public static bool IsOfAufs(string path) => path.Contains(ReservedPrefix, StringComparison.Ordinal)
        && path.Split('/').Any(part => part.StartsWith(ReservedPrefix, StringComparison.Ordinal) && part != OpaqueMarker);

    public static LayerFormatException Unsafe(string problem) =>
        new(RegistryCacheErrorCode.UnsafeLayer, problem + ". The layer was not applied. Do not trust its source.");

    public static LayerFormatException Invalid(string problem) =>
        new(RegistryCacheErrorCode.InvalidTar, problem + ". The tar is damaged or malicious. It was not read any further.");
}
