using System.Collections.Immutable;
using RegistryCache.Core.Content;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Format;

/// <summary><see cref="CacheGraph"/> → cache config, in BuildKit's order and bytes. Source: BuildKit cache/remotecache/v1.</summary>
internal static class CacheConfigWriter
{
    public static WrittenCacheConfig Write(CacheGraph graph)
    {
        // Each record exports its newest result only; one without layers cannot be written.
        var exported = GraphRewrite.BestResultsOnly(graph, ResultOrder.ByDate);
        var chains = new ChainOrder(exported.ChainsParentsFirst(), graph.SourceLayerOrder).Sort();
        var chainIndex = Index(chains);
        var records = new RecordOrder(exported).Sort();
        var recordIndex = Index(records);
        var joining = exported.KeepsSourceOrder ? [] : JoiningRecord.Find(exported);

        var json = new GoJsonWriter().Raw("{"u8);
        var first = true;
        if (chains.Count > 0)
        {
            json.Name("layers"u8, ref first);
            json.List(chains, chain => Layer(json, chain, chainIndex));
        }

        if (records.Count > 0)
        {
            json.Name("records"u8, ref first);
            json.List(records, record => Record(json, record, Inputs(record), chainIndex, recordIndex, exported.KeepsSourceOrder));
        }

        return new WrittenCacheConfig(json.Raw("}"u8).Written, chains);

        // The order of a joining record's inputs has no meaning. The order of the records decides it, whoever joined them.
        IEnumerable<ImmutableArray<CacheLink>> Inputs(CacheRecord record) =>
            joining.Contains(record) ? record.Inputs.OrderBy(links => recordIndex[links[0].Record]) : record.Inputs;
    }

    private static void Layer(GoJsonWriter json, LayerChain chain, Dictionary<LayerChain, int> chainIndex)
    {
        json.Raw("{\"blob\":"u8).String(chain.Top.Digest.ToString());

        // An omitted parent is 0, so -1 has to be written.
        var parent = chain.Parent is null ? -1 : chainIndex[chain.Parent];
        if (parent != 0)
            json.Raw(",\"parent\":"u8).Number(parent);
        json.Raw("}"u8);
    }

    private static void Record(
        GoJsonWriter json,
        CacheRecord record,
        IEnumerable<ImmutableArray<CacheLink>> inputs,
        Dictionary<LayerChain, int> chainIndex,
        Dictionary<CacheRecord, int> recordIndex,
        bool keepsSourceOrder)
    {
        var first = true;
        json.Raw("{"u8);
        if (record.Results is [{ Chain: { } chain } result])
        {
            json.Name("layers"u8, ref first).Raw("[{\"layer\":"u8).Number(chainIndex[chain]);
            json.Raw(",\"createdAt\":"u8).String(result.CreatedAt.ToString()).Raw("}]"u8);
        }

        if (record.Digest.Length > 0)
            json.Name("digest"u8, ref first).String(record.Digest);
        if (record.Inputs.Length > 0)
        {
            json.Name("inputs"u8, ref first);
            json.List(inputs, links => json.List(Order(links, recordIndex, keepsSourceOrder), link => Link(json, link, recordIndex)));
        }

        json.Raw("}"u8);
    }

    private static IEnumerable<CacheLink> Order(
        IEnumerable<CacheLink> links, Dictionary<CacheRecord, int> recordIndex, bool keepsSourceOrder)
    {
        // BuildKit sorts by the record's index only; one record under two selectors comes in any order there.
        var ordered = links.OrderBy(l => recordIndex[l.Record]);
        return keepsSourceOrder ? ordered : ordered.ThenBy(l => l.Selector, Utf8ByteOrder.Instance);
    }

    private static void Link(GoJsonWriter json, CacheLink link, Dictionary<CacheRecord, int> recordIndex)
    {
        var first = true;
        json.Raw("{"u8);
        if (link.Selector.Length > 0)
            json.Name("selector"u8, ref first).String(link.Selector);
        json.Name("link"u8, ref first).Number(recordIndex[link.Record]).Raw("}"u8);
    }

    private static Dictionary<T, int> Index<T>(IReadOnlyList<T> items)
        where T : class
    {
        var index = new Dictionary<T, int>(items.Count, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < items.Count; i++)
            index.Add(items[i], i);
        return index;
    }
}
