using System.Globalization;

namespace RegistryCache.Core.Steps;

/// <summary>Compares the inputs of a step with those of the cache's records of the same operation.</summary>
internal sealed class Explainer(CacheIndex index, SessionKeys keys, DroppedResults dropped)
{
    private const int MaxKeys = 10;

    public CacheExplanation Explain(CacheStep step)
    {
        var records = index.WithDigest(step.RecordDigest);
        List<ExplainedInput> inputs = step.IsNeverCached ? [] : [.. step.Inputs.Select((input, i) => Explain(step, input, i, records))];
        var outcome = OutcomeOf(step, records, inputs);
        return new CacheExplanation(step, outcome, Summary(outcome, step, records, inputs), records.Count, inputs);
    }

    private CacheLookUpOutcome OutcomeOf(CacheStep step, IReadOnlyList<CacheRecord> records, List<ExplainedInput> inputs)
    {
        if (step.IsNeverCached)
            return CacheLookUpOutcome.NeverCached;
        var (byDefinition, byContent) = (keys.ByDefinition(step), keys.ByContent(step));
        if (keys.State(step).Recorded is not null || byDefinition.SelectMany(r => r.Results).Any(IsUsable))
            return CacheLookUpOutcome.FoundByDefinition;
        if (byContent.SelectMany(r => r.Results).Any(IsUsable))
            return CacheLookUpOutcome.FoundByContent;
        if (byContent.Count > 0)
            return byContent.Any(r => !r.Results.IsEmpty) ? CacheLookUpOutcome.ResultsDropped : CacheLookUpOutcome.NoResult;
        if (index.Graph.IsEmpty)
            return CacheLookUpOutcome.EmptyCache;
        if (records.Count == 0)
            return CacheLookUpOutcome.UnknownOperation;
        return inputs.Exists(i => !i.Matches) || !records.Any(r => r.Inputs.Length == inputs.Count)
            ? CacheLookUpOutcome.InputMismatch
            : CacheLookUpOutcome.NoCommonRecord;
    }

    private bool IsUsable(CacheResult result) => !dropped.Contains(result);

    private ExplainedInput Explain(CacheStep step, CacheInput input, int position, IReadOnlyList<CacheRecord> records)
    {
        keys.ByContent(step);
        IReadOnlyList<CacheLink> links =
        [
            .. keys.Links(input, s => keys.ByDefinition(s)), .. keys.Links(input, s => keys.ByContent(s)), .. keys.ContentLinks(input),
        ];
        var matches = index.Candidates(step.RecordDigest, position, links).Count > 0;
        var inCache = matches ? [] : records.Where(r => r.Inputs.Length > position)
            .SelectMany(r => r.Inputs[position])
            .Select(l => new ExplainedKey(ErrorText.Quote(l.Record.Digest), ErrorText.Quote(l.Selector), null, IsInCache: true))
            .Distinct().Take(MaxKeys).ToList();
        return new ExplainedInput(position, matches, Expected(input), inCache, NoteOf(input));
    }

    private List<ExplainedKey> Expected(CacheInput input)
    {
        var expected = new List<ExplainedKey>();
        if (input.Step is { IsNeverCached: false } producer)
            expected.Add(new ExplainedKey(producer.RecordDigest, input.Selector, producer.ToString(), keys.ByContent(producer).Count > 0));
        if (keys.ContentOf(input) is { } content)
            expected.Add(new ExplainedKey(
                CacheRecord.DigestOfContent(content).ToString(),
                CacheLink.Everything,
                $"content {content}",
                keys.ContentLinks(input).Count > 0));
        return expected;
    }

    private string? NoteOf(CacheInput input)
    {
        if (input.Step is not { } producer)
            return null;
        if (producer.IsNeverCached && keys.ContentOf(input) is null)
            return $"{producer} is never cached, so this input can only be found by its content, which is not "
                + $"known{(input.Selector.Length > 0 ? ": a part was chosen without WithContentDigest" : " until the step is recorded")}.";
        return keys.ContentOf(input) is null && !keys.State(producer).IsSettled
            ? $"The output of {producer} is not known yet: the step was neither found nor recorded."
            : null;
    }

    private static string Summary(
        CacheLookUpOutcome outcome, CacheStep step, IReadOnlyList<CacheRecord> records, List<ExplainedInput> inputs) =>
        outcome switch
        {
            CacheLookUpOutcome.FoundByDefinition => "found by definition.",
            CacheLookUpOutcome.FoundByContent => "found by the content of its inputs, although an earlier step has changed.",
            CacheLookUpOutcome.NeverCached => "missed: the step is marked as never cached.",
            CacheLookUpOutcome.EmptyCache => "missed: there is no cache.",
            CacheLookUpOutcome.UnknownOperation => "missed: no record has this operation; its definition is new or has changed.",
            CacheLookUpOutcome.NoCommonRecord => "missed: each input is cached, but not in this combination.",
            CacheLookUpOutcome.NoResult => "missed: the cache has the step, but not its result. Export with mode=max to keep it.",
            CacheLookUpOutcome.ResultsDropped => "missed: its results failed to load in this session.",
            _ when inputs.FindAll(i => !i.Matches) is { Count: > 0 } bad => string.Create(
                CultureInfo.InvariantCulture,
                $"missed: input {string.Join(" and ", bad.Select(i => i.Index))} differs from what the cache has."),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"missed: the step has {step.Inputs.Count} inputs, the cache's records of it have "
                + $"{string.Join(" or ", records.Select(r => r.Inputs.Length).Distinct())}."),
        };
}
