using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Divergence;

/// <summary>Finds the first steps that differ. A step that differs because one of its inputs is a step that differs is not one of
/// them.</summary>
internal sealed class DivergenceFinder(RecordPairs pairs, Counterparts counterparts, ImageKeys imagesBefore, ImageKeys imagesAfter)
{
    public List<DivergedStep> Find(out int following)
    {
        var steps = new List<DivergedStep>();
        following = 0;
        foreach (var after in pairs.Second.Where(IsNew))
        {
            var before = counterparts.Of(after);
            var failing = Failing(before, after);
            if (failing.Exists(i => after.Inputs[i].Any(l => IsNew(l.Record))))
                following++;
            else
                steps.Add(Explain(before, after, failing));
        }

        foreach (var before in pairs.First.Where(IsGone))
        {
            if (before.Inputs.All(links => links.Any(l => pairs.IsInSecond(l.Record))))
                steps.Add(new DivergedStep(DivergenceCause.Removed, before, null, []));
        }

        return steps;
    }

    private bool IsNew(CacheRecord after) => !after.Inputs.IsEmpty && pairs.InFirst(after).Count == 0;

    private bool IsGone(CacheRecord before) =>
        !before.Inputs.IsEmpty && !pairs.IsInSecond(before) && !counterparts.IsTaken(before);

    /// <summary>The inputs that the counterpart does not have, or without one those that no record of the first build leads to.</summary>
    private List<int> Failing(CacheRecord? before, CacheRecord after) =>
        [.. Enumerable.Range(0, after.Inputs.Length).Where(i => before is null
            ? !after.Inputs[i].Any(l => pairs.InFirst(l.Record).Count > 0)
            : before.Inputs.Length <= i || !counterparts.Agree(before.Inputs[i], after.Inputs[i]))];

    private DivergedStep Explain(CacheRecord? before, CacheRecord after, List<int> failing)
    {
        if (before is null)
            return new DivergedStep(DivergenceCause.Added, null, after, []);
        List<DivergedInput> inputs =
            [.. failing.Select(i => Explain(i, before.Inputs.Length > i ? before.Inputs[i] : [], after.Inputs[i]))];
        var cause = before.Digest != after.Digest || before.Inputs.Length != after.Inputs.Length
            ? DivergenceCause.Operation
            : inputs.Count > 0 ? inputs[0].Cause : DivergenceCause.Combination;
        return new DivergedStep(cause, before, after, inputs);
    }

    private DivergedInput Explain(int index, IReadOnlyList<CacheLink> before, IReadOnlyList<CacheLink> after)
    {
        var (baseBefore, baseAfter) = (Layers(imagesBefore, before), Layers(imagesAfter, after));
        var cause = CauseOf(before, after, baseBefore is not null || baseAfter is not null);
        return cause == DivergenceCause.BaseImage
            ? new DivergedInput(index, cause, before, after, baseBefore, baseAfter)
            : new DivergedInput(index, cause, before, after);
    }

    private DivergenceCause CauseOf(IReadOnlyList<CacheLink> before, IReadOnlyList<CacheLink> after, bool isImage)
    {
        // The same record, but not the same part of it.
        if (after.Any(l => pairs.InFirst(l.Record).Any(r => before.Any(b => ReferenceEquals(b.Record, r)))))
            return DivergenceCause.Part;
        if (after.Any(l => !l.Record.Inputs.IsEmpty) || before.Any(l => !l.Record.Inputs.IsEmpty))
            return DivergenceCause.OtherStep;
        if (isImage)
            return DivergenceCause.BaseImage;

        // The key of content has no selector, so a source with one is an operation that fetches something.
        return after.Any(l => l.Selector.Length > 0) ? DivergenceCause.Source : DivergenceCause.Content;
    }

    private static LayerChain? Layers(ImageKeys images, IReadOnlyList<CacheLink> links) =>
        links.Select(l => images.LayersOf(l.Record)).FirstOrDefault(c => c is not null);
}
