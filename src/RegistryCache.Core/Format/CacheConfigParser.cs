using static RegistryCache.Core.Format.CacheConfigDocument;

namespace RegistryCache.Core.Format;

/// <summary>JSON → <see cref="CacheConfigDocument"/>, as tolerant as Go, within limits. Indexes are not checked here.</summary>
internal sealed class CacheConfigParser
{
    private readonly CacheFormatLimits _limits;
    private readonly string _what;
    private int _links;

    private CacheConfigParser(CacheFormatLimits limits, string what)
    {
        _limits = limits;
        _what = what;
    }

    public static CacheConfigDocument Parse(ReadOnlySpan<byte> json, string what, CacheFormatLimits limits)
    {
        var parser = new CacheConfigParser(limits, what);
        var document = new CacheConfigDocument();
        var reader = new GoJsonReader(json, what, RegistryCacheErrorCode.InvalidCacheConfig);
        reader.Start();
        if (reader.BeginObject("config"))
        {
            while (reader.NextMember(out var name))
            {
                if (GoJsonReader.Is(name, "layers"))
                    parser.List(
                        ref reader, document.Layers, "layers", limits.MaxLayers, nameof(limits.MaxLayers),
                        static (CacheConfigParser _, ref GoJsonReader r, BlobEntry e) => Layer(ref r, e));
                else if (GoJsonReader.Is(name, "records"))
                    parser.Records(ref reader, document.Records);
                else
                    reader.Skip();
            }
        }

        reader.End();
        return document;
    }

    /// <summary>Parses the bare records array of an inline cache.</summary>
    public static CacheConfigDocument ParseRecords(ReadOnlySpan<byte> json, string what, CacheFormatLimits limits)
    {
        var document = new CacheConfigDocument();
        var reader = new GoJsonReader(json, what, RegistryCacheErrorCode.InvalidCacheConfig);
        reader.Start();
        new CacheConfigParser(limits, what).Records(ref reader, document.Records);
        reader.End();
        return document;
    }

    private delegate void Element<T>(CacheConfigParser parser, ref GoJsonReader reader, T element);

    private void Records(ref GoJsonReader reader, GoList<RecordEntry> records) => List(
        ref reader, records, "records", _limits.MaxRecords, nameof(_limits.MaxRecords),
        static (CacheConfigParser p, ref GoJsonReader r, RecordEntry e) => p.Record(ref r, e));

    private void List<T>(ref GoJsonReader reader, GoList<T> list, string name, int limit, string limitName, Element<T> read)
        where T : class, new()
    {
        if (!reader.BeginArray(name))
        {
            list.CutTo(0);
            return;
        }

        var count = 0;
        while (reader.NextElement())
        {
            if (count >= limit)
                throw new LimitExceededException($"{_what}: the number of {name}", $"{nameof(CacheFormatLimits)}.{limitName}", limit);
            read(this, ref reader, list.At(count++));
        }

        list.CutTo(count);
    }

    private void LinkList<T>(ref GoJsonReader reader, GoList<T> list, string name, Element<T> read)
        where T : class, new()
    {
        List(ref reader, list, name, _limits.MaxLinks - _links, nameof(_limits.MaxLinks), read);
        _links += list.Count;

        // The lists inside the elements of this list have counted their own links already.
        if (_links > _limits.MaxLinks)
            throw new LimitExceededException(
                $"{_what}: the number of {name}", $"{nameof(CacheFormatLimits)}.{nameof(_limits.MaxLinks)}", _limits.MaxLinks);
    }

    private static void Layer(ref GoJsonReader reader, BlobEntry entry)
    {
        if (!reader.BeginObject("layers[]"))
            return;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "blob"))
                entry.Blob = reader.String(name, entry.Blob);
            else if (GoJsonReader.Is(name, "parent"))
                entry.Parent = reader.Index(name, entry.Parent);
            else
                reader.Skip();
        }
    }

    private void Record(ref GoJsonReader reader, RecordEntry entry)
    {
        if (!reader.BeginObject("records[]"))
            return;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "layers"))
                LinkList(
                    ref reader, entry.Results, name, static (CacheConfigParser _, ref GoJsonReader r, ResultEntry e) => Result(ref r, e));
            else if (GoJsonReader.Is(name, "chains"))
                LinkList(
                    ref reader, entry.Chains, name, static (CacheConfigParser p, ref GoJsonReader r, ChainEntry e) => p.Chain(ref r, e));
            else if (GoJsonReader.Is(name, "digest"))
                entry.Digest = reader.String(name, entry.Digest);
            else if (GoJsonReader.Is(name, "inputs"))
                LinkList(
                    ref reader, entry.Inputs, name,
                    static (CacheConfigParser p, ref GoJsonReader r, GoList<LinkEntry> e) => p.Links(ref r, e));
            else
                reader.Skip();
        }
    }

    private static void Result(ref GoJsonReader reader, ResultEntry entry)
    {
        if (!reader.BeginObject("layers[]"))
            return;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "layer"))
                entry.Layer = reader.Index(name, entry.Layer);
            else if (GoJsonReader.Is(name, "createdat"))
                entry.CreatedAt = reader.Time(name, entry.CreatedAt);
            else
                reader.Skip();
        }
    }

    private void Chain(ref GoJsonReader reader, ChainEntry entry)
    {
        if (!reader.BeginObject("chains[]"))
            return;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "layers"))
                LinkList(
                    ref reader, entry.Layers, name,
                    static (CacheConfigParser _, ref GoJsonReader r, IndexEntry e) => e.Value = r.Index("layers[]", e.Value));
            else if (GoJsonReader.Is(name, "createdat"))
                entry.CreatedAt = reader.Time(name, entry.CreatedAt);
            else
                reader.Skip();
        }
    }

    private void Links(ref GoJsonReader reader, GoList<LinkEntry> links) =>
        LinkList(ref reader, links, "inputs[]", static (CacheConfigParser _, ref GoJsonReader r, LinkEntry e) => Link(ref r, e));

    private static void Link(ref GoJsonReader reader, LinkEntry entry)
    {
        if (!reader.BeginObject("inputs[][]"))
            return;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "selector"))
                entry.Selector = reader.String(name, entry.Selector);
            else if (GoJsonReader.Is(name, "link"))
                entry.Link = reader.Index(name, entry.Link);
            else
                reader.Skip();
        }
    }
}
