using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Steps;

/// <summary>Finds the records of steps in the imported caches: first by definitions, then also by the content of the inputs. The look-up by
/// content is repeated only when something new is known. Not thread-safe. Source: BuildKit solver/edge.go.</summary>
internal sealed class SessionKeys(CacheIndex index)
{
    private readonly Dictionary<string, StepState> _states = new(StringComparer.Ordinal);
    private int _version;

    public IEnumerable<StepState> States => _states.Values;

    public StepState State(CacheStep step)
    {
        if (!_states.TryGetValue(step.Identity, out var state))
            _states.Add(step.Identity, state = new StepState(step));
        return state;
    }

    public void Settle(CacheStep step, CacheResult result)
    {
        var state = State(step);
        if (ReferenceEquals(state.Result, result))
            return;
        state.Result = result;
        _version++;
    }

    /// <summary>Forgets a result that turned out to be unusable.</summary>
    public void Unsettle(CacheStep step, CacheResult result)
    {
        var state = State(step);
        if (ReferenceEquals(state.Result, result))
            state.Result = null;
    }

    /// <summary>The step's records that are known by definitions alone.</summary>
    public IReadOnlyList<CacheRecord> ByDefinition(CacheStep step)
    {
        foreach (var next in GraphWalk.ParentsFirst([step], s => State(s).ByDefinition is null ? Producers(s) : []))
        {
            var state = State(next);
            state.ByDefinition ??= Find(next, input => Links(input, s => State(s).ByDefinition!));
        }

        return State(step).ByDefinition!;
    }

    /// <summary>The step's records that are known by definitions and by the content of its inputs, direct and indirect.</summary>
    public IReadOnlyList<CacheRecord> ByContent(CacheStep step)
    {
        foreach (var next in GraphWalk.ParentsFirst([step], s => IsCurrent(State(s)) ? [] : Producers(s)))
        {
            var state = State(next);
            if (IsCurrent(state))
                continue;
            state.ByContent = Find(next, input => [.. Links(input, s => State(s).ByContent!), .. ContentLinks(input)]);
            state.ByContentVersion = _version;
        }

        return State(step).ByContent!;
    }

    /// <summary>The digest of an input's content, if known: from the caller, or from the result of a step that is used whole.</summary>
    public Digest? ContentOf(CacheInput input)
    {
        if (input.ContentDigest is { } stated)
            return stated;
        return input.Step is { } step && input.Selector.Length == 0 ? State(step).ContentDigest : null;
    }

    /// <summary>The records of the step that makes an input, with the selector that is used on them.</summary>
    public IReadOnlyList<CacheLink> Links(CacheInput input, Func<CacheStep, IReadOnlyList<CacheRecord>> match)
    {
        if (input.Step is not { } step)
            return ContentLinks(input);
        return step.IsNeverCached ? [] : [.. match(step).Select(r => new CacheLink(r, input.Selector))];
    }

    public IReadOnlyList<CacheLink> ContentLinks(CacheInput input) =>
        ContentOf(input) is { } content && index.Root(CacheRecord.DigestOfContent(content).ToString()) is { } root
            ? [new CacheLink(root, CacheLink.Everything)]
            : [];

    // A step that was already recorded or found had complete inputs, so nothing that becomes known later changes its keys.
    private bool IsCurrent(StepState state) =>
        state.ByContent is not null && (state.ByContentVersion == _version || state.IsSettled);

    private IReadOnlyList<CacheRecord> Find(CacheStep step, Func<CacheInput, IReadOnlyList<CacheLink>> links) =>
        step.IsNeverCached ? [] : index.Find(step.RecordDigest, [.. step.Inputs.Select(links)]);

    private static IEnumerable<CacheStep> Producers(CacheStep step) => step.Inputs.Select(i => i.Step).OfType<CacheStep>();
}
