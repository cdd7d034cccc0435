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
                    cache = reader.Base64(CacheMember, cache);
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
            if (GoJsonReader.Is(name, "diff_ids"))
                reader.Strings(name, diffIds);
            else
                reader.Skip();
        }
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
