using RegistryCache.Core.Graph;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Steps;

/// <summary>The cache of one build: what was recorded, and what was found with all its ancestors. Each step is linked to its inputs both by
/// definition and by content, so that the next build finds it either way. Source: BuildKit solver/exporter.go.</summary>
internal sealed class SessionGraph(CacheGraph imported, SessionKeys keys, DroppedResults dropped)
{
    private readonly CacheGraphBuilder _builder = new();
    private readonly Dictionary<string, CacheGraphNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public CacheGraph Build()
    {
        var settled = keys.States.Where(s => s.IsSettled).ToList();
        AddImported(settled);
        foreach (var step in GraphWalk.ParentsFirst(settled.Select(s => s.Step), s => s.Inputs.Select(i => i.Step).OfType<CacheStep>()))
            Add(keys.State(step));
        return _builder.Build();
    }

    private void AddImported(IEnumerable<StepState> settled)
    {
        var found = settled.SelectMany(s => (s.ByDefinition ?? []).Concat(s.ByContent ?? []));
        var closure = new HashSet<CacheRecord>(GraphWalk.ParentsFirst(found), ReferenceEqualityComparer.Instance);
        _builder.AddGraph(GraphRewrite.Apply(imported, r => r.Results.Where(result => !dropped.Contains(result)), closure.Contains));
    }

    private void Add(StepState state)
    {
        var step = state.Step;
        if (step.IsNeverCached || _nodes.ContainsKey(step.Identity))
            return;
        var inputs = new List<IReadOnlyList<NodeLink>>(step.Inputs.Count);
        foreach (var input in step.Inputs)
        {
            var links = Links(input);
            if (links.Count == 0)
            {
                if (state.IsSettled)
                    _warnings.Add(
                        $"{step} is not exported: its input {inputs.Count}, {input}, can be found neither by definition nor by content.");
                return;
            }

            inputs.Add(links);
        }

        _nodes.Add(
            step.Identity,
            _builder.Add(step.RecordDigest, inputs, state.Recorded is { } result && !dropped.Contains(result) ? [result] : []));
    }

    private List<NodeLink> Links(CacheInput input)
    {
        var links = new List<NodeLink>(2);
        if (input.Step is { } producer && _nodes.TryGetValue(producer.Identity, out var node))
            links.Add((node, input.Selector));
        if (keys.ContentOf(input) is { } content)
            links.Add((_builder.AddSource(CacheRecord.DigestOfContent(content).ToString()), ""));
        return links;
    }
}
