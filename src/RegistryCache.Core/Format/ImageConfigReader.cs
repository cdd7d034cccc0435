namespace RegistryCache.Core.Format;

/// <summary>Reads an image config for its inline cache. Source: BuildKit cache/remotecache/import.go, importInlineCache.</summary>
internal static class ImageConfigReader
{
    private const string CacheMember = "moby.buildkit.cache.v0";

    public static ImageConfig Read(ReadOnlySpan<byte> json, string what)
    {
        var reader = new GoJsonReader(json, what, RegistryCacheErrorCode.InvalidImageConfig);
        reader.Start();
        var diffIds = new List<string>();
        var times = new List<CacheTime?>();
        byte[]? cache = null;
        if (reader.BeginObject("image config"))
        {
            while (reader.NextMember(out var name))
            {
                if (GoJsonReader.Is(name, "rootfs"))
                    ReadRootfs(ref reader, diffIds);
                else if (GoJsonReader.Is(name, CacheMember))
                    cache = ReadCache(ref reader, cache);
                else if (GoJsonReader.Is(name, "history"))
                    ReadHistory(ref reader, times);
                else
                    reader.Skip();
            }
        }

        reader.End();
        return new ImageConfig(diffIds, cache, times);
    }

    private static void ReadRootfs(ref GoJsonReader reader, List<string> diffIds)
    {
        if (!reader.BeginObject("rootfs"))
            return;
        while (reader.NextMember(out var name))
        {
            if (!GoJsonReader.Is(name, "diff_ids"))
            {
                reader.Skip();
                continue;
            }

            diffIds.Clear();
            if (!reader.BeginArray(name))
                continue;
            while (reader.NextElement())
                diffIds.Add(reader.String(name, ""));
        }
    }

    private static byte[]? ReadCache(ref GoJsonReader reader, byte[]? current)
    {
        if (reader.IsNull)
            return current;
        var text = reader.String(CacheMember, "");
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : throw reader.Error($"'{CacheMember}' is not base64");
    }

    private static void ReadHistory(ref GoJsonReader reader, List<CacheTime?> times)
    {
        times.Clear();
        if (!reader.BeginArray("history"))
            return;
        while (reader.NextElement())
        {
            CacheTime? created = null;
            var isEmpty = false;
            if (!reader.BeginObject("history[]"))
                continue;
            while (reader.NextMember(out var name))
            {
                if (GoJsonReader.Is(name, "created"))
                    created = reader.IsNull ? null : reader.Time(name, default);
                else if (GoJsonReader.Is(name, "empty_layer"))
                    isEmpty = reader.Boolean(name, isEmpty);
                else
                    reader.Skip();
            }

            if (!isEmpty)
                times.Add(created);
        }
    }
}
