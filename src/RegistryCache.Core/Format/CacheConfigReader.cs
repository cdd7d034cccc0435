using RegistryCache.Core.Errors;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Format;

/// <summary><see cref="CacheConfigDocument"/> → <see cref="CacheGraph"/>. As in BuildKit, one bad index makes the whole config invalid, and
/// some things are dropped silently. Without recursion, so depth needs no stack. Source: BuildKit cache/remotecache/v1/parse.go.</summary>
internal sealed class CacheConfigReader
{
    private readonly CacheConfigDocument _document;
    private readonly string _what;
    private readonly CacheGraphBuilder _builder;
    private readonly LayerEntryResolver _chains;
    private readonly CacheGraphNode?[] _nodes;
    private readonly State[] _states;

    private CacheConfigReader(
        CacheConfigDocument document, IReadOnlyDictionary<string, CacheLayer> layers, string what, CacheFormatLimits limits)
    {
        _document = document;
        _what = what;
        _builder = new CacheGraphBuilder(limits.MaxMergeSteps);
        _chains = new LayerEntryResolver(document, layers, _builder.Chains, what);
        _nodes = new CacheGraphNode?[document.Records.Count];
        _states = new State[document.Records.Count];
    }

    private enum State : byte
    {
        New,
        Open,
        Done,
    }

    public static CacheGraph Read(
        CacheConfigDocument document, IReadOnlyDictionary<string, CacheLayer> layers, string what, CacheFormatLimits limits)
    {
        var reader = new CacheConfigReader(document, layers, what, limits);
        for (var i = 0; i < document.Records.Count; i++)
            reader.ReadWithParents(i);
        reader._builder.SetSourceLayerOrder(reader._chains.Used);
        return reader._builder.Build();
    }

    private void ReadWithParents(int index)
    {
        if (_states[index] == State.Done)
            return;
        var stack = new Stack<(int Record, int Input, int Link)>();
        Open(index, stack);
        while (stack.TryPop(out var at))
        {
            var inputs = _document.Records[at.Record].Inputs;
            if (at.Input == inputs.Count)
            {
                Add(at.Record);
                continue;
            }

            var links = inputs[at.Input];
            if (links.Count == 0)
                throw Invalid($"input {at.Input} of record {at.Record} is empty");
            stack.Push(at.Link + 1 < links.Count ? at with { Link = at.Link + 1 } : at with { Input = at.Input + 1, Link = 0 });
            Open(Follow(at.Record, links[at.Link].Link), stack);
        }
    }

    private int Follow(int record, int link)
    {
        if (link < 0 || link >= _states.Length)
            throw Invalid($"record {record} links to record {link}, but there are {_states.Length} records");
        if (_states[link] == State.Open)
            throw Invalid($"record {link} is its own ancestor");
        if (_document.Records[link].Digest.StartsWith(CacheGraphBuilder.RandomPrefix, StringComparison.Ordinal))
            throw Invalid($"record {record} links to record {link}, whose digest starts with 'random:' and is never shared");
        return link;
    }

    private void Open(int record, Stack<(int Record, int Input, int Link)> stack)
    {
        if (_states[record] == State.Done)
            return;
        _states[record] = State.Open;
        stack.Push((record, 0, 0));
    }

    private void Add(int index)
    {
        var entry = _document.Records[index];
        var results = Results(entry, index);
        _states[index] = State.Done;
        if (entry.Digest.StartsWith(CacheGraphBuilder.RandomPrefix, StringComparison.Ordinal))
            return;
        var inputs = new List<IReadOnlyList<NodeLink>>(entry.Inputs.Count);
        for (var i = 0; i < entry.Inputs.Count; i++)
        {
            var links = new NodeLink[entry.Inputs[i].Count];
            for (var j = 0; j < links.Length; j++)
                links[j] = (_nodes[entry.Inputs[i][j].Link]!, entry.Inputs[i][j].Selector);
            inputs.Add(links);
        }

        var node = _nodes[index] = _builder.Add(entry.Digest, inputs, results);
        _builder.PlaceAt(node, index);
    }

    private List<CacheResult> Results(CacheConfigDocument.RecordEntry entry, int index)
    {
        var results = new List<CacheResult>(entry.Results.Count + entry.Chains.Count);
        for (var i = 0; i < entry.Results.Count; i++)
        {
            if (_chains.FromTop(entry.Results[i].Layer, index) is { } chain)
                results.Add(new CacheResult(chain, entry.Results[i].CreatedAt));
        }

        for (var i = 0; i < entry.Chains.Count; i++)
        {
            var chain = _chains.FromList(entry.Chains[i].Layers, index, out var isListed);
            if (isListed)
                results.Add(new CacheResult(chain, entry.Chains[i].CreatedAt));
        }

        return results;
    }

    private CacheFormatException Invalid(string problem) =>
        new(RegistryCacheErrorCode.InvalidCacheConfig, $"{_what} is malformed: {problem}.");
}
