using System.Security.Cryptography;
using System.Text;
using RegistryCache.Core.Content;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Format;

/// <summary>BuildKit's order of records: digest; number of inputs; then per input the number of links, and per link selector and digest of
/// the linked record. BuildKit compares the links of an input in random order, so with several links in an input, and for records that
/// agree in all of this, its order is not defined. There a graph that was read from a config keeps that config's order; any other graph is
/// ordered by a hash over digest, inputs and ancestors, which does not depend on how it was built. Source: BuildKit
/// cache/remotecache/v1/utils.go, sortConfig.</summary>
internal sealed class RecordOrder : IComparer<CacheRecord>
{
    private readonly CacheGraph _graph;
    private readonly Dictionary<CacheRecord, int>? _sourceRank;
    private Dictionary<CacheRecord, byte[]>? _identities;

    public RecordOrder(CacheGraph graph)
    {
        _graph = graph;
        if (!graph.KeepsSourceOrder)
            return;
        _sourceRank = new Dictionary<CacheRecord, int>(ReferenceEqualityComparer.Instance);
        foreach (var record in graph.Records)
            _sourceRank.Add(record, _sourceRank.Count);
    }

    public List<CacheRecord> Sort()
    {
        var records = _graph.Records.ToList();
        records.Sort(this);
        return records;
    }

    public int Compare(CacheRecord? x, CacheRecord? y)
    {
        if (ReferenceEquals(x, y) || x is null || y is null)
            return 0;
        var order = Utf8ByteOrder.Instance.Compare(x.Digest, y.Digest);
        if (order == 0)
            order = x.Inputs.Length.CompareTo(y.Inputs.Length);
        for (var i = 0; order == 0 && i < x.Inputs.Length; i++)
        {
            order = x.Inputs[i].Length.CompareTo(y.Inputs[i].Length);
            if (order == 0 && x.Inputs[i].Length > 1)
                break;
            if (order == 0 && x.Inputs[i].Length == 1)
                order = CompareLink(x.Inputs[i][0], y.Inputs[i][0]);
        }

        return order != 0 ? order : Undefined(x, y);
    }

    private static int CompareLink(CacheLink x, CacheLink y)
    {
        var order = Utf8ByteOrder.Instance.Compare(x.Selector, y.Selector);
        return order != 0 ? order : Utf8ByteOrder.Instance.Compare(x.Record.Digest, y.Record.Digest);
    }

    private int Undefined(CacheRecord x, CacheRecord y)
    {
        if (_sourceRank is not null)
            return _sourceRank[x].CompareTo(_sourceRank[y]);
        _identities ??= Identify();
        return _identities[x].AsSpan().SequenceCompareTo(_identities[y]);
    }

    private Dictionary<CacheRecord, byte[]> Identify()
    {
        var identities = new Dictionary<CacheRecord, byte[]>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(_graph.Records))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(hash, record.Digest);
            foreach (var links in record.Inputs)
            {
                Append(hash, "input");
                foreach (var (identity, selector) in links.Select(l => (identities[l.Record], l.Selector))
                    .OrderBy(l => Convert.ToHexString(l.Item1), StringComparer.Ordinal)
                    .ThenBy(l => l.Selector, Utf8ByteOrder.Instance))
                {
                    hash.AppendData(identity);
                    Append(hash, selector);
                }
            }

            // Records that were united stay separate here. They differ only in their results.
            Append(hash, record.NewestResult is { Chain: { } chain } result ? $"{result.CreatedAt} {chain.Length} {chain.Top.Digest}" : "");
            identities.Add(record, hash.GetHashAndReset());
        }

        return identities;
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
