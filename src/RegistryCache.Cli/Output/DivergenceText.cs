namespace RegistryCache.Cli.Output;

/// <summary>Says for people where two builds part.</summary>
internal static class DivergenceText
{
    private const int MostPaths = 10;
    private const int MostNames = 3;

    public static void Write(BuildDivergence divergence, IReadOnlyList<ShownStep> steps, Terminal terminal)
    {
        terminal.Line(divergence.Steps.Count == 0
            ? $"the builds do not part: {Text.Count(divergence.SharedRecords, "record")} in both"
            : $"the builds part at {Text.Count(divergence.Steps.Count, "step")}; "
                + $"{Text.Count(divergence.FollowingRecords, "later step")} of the second build "
                + $"{(divergence.FollowingRecords == 1 ? "differs" : "differ")} because of that");
        foreach (var step in steps)
            Write(step, terminal);
        if (steps.Count < divergence.Steps.Count)
            terminal.Line($"and {Text.Count(divergence.Steps.Count - steps.Count, "more step")}; --limit shows more");
    }

    private static void Write(ShownStep shown, Terminal terminal)
    {
        var step = shown.Step;
        terminal.Line();
        terminal.Line($"step {Text.Name(shown.Record)}{Wrote(shown)}", ink: Ink.Strong);
        terminal.Line("  " + Cause(step.Cause, step.Inputs.Count > 0 ? step.Inputs[0].Index : 0));
        foreach (var input in step.Inputs)
        {
            if (step.Cause == DivergenceCause.Operation || !ReferenceEquals(input, step.Inputs[0]))
                terminal.Line("  " + Cause(input.Cause, input.Index));
            terminal.Line($"    before  {Links(input.Before, input.BaseBefore)}");
            terminal.Line($"    after   {Links(input.After, input.BaseAfter)}");
        }

        terminal.Line("  its result");
        Side("before", step.Before, terminal);
        Side("after", step.After, terminal);
        foreach (var file in shown.Changes?.Files.Take(MostPaths) ?? [])
            terminal.Line("  " + Change(file));
        if (shown.Changes?.Files.Count > MostPaths)
            terminal.Line($"  and {Text.Count(shown.Changes.Files.Count - MostPaths, "more path")}; registry-cache diff shows all");
        if (shown.Problem is { } problem)
            terminal.Note($"warning: a layer was not read: {ErrorLine.Of(problem)}", about: Text.Name(shown.Record));
    }

    private static string Cause(DivergenceCause cause, int input) => cause switch
    {
        DivergenceCause.Operation => "its operation differs: the command, an argument, the environment or an option",
        DivergenceCause.Content => $"the content of its input {input} differs: the files that it reads",
        DivergenceCause.BaseImage => $"its base image differs (input {input})",
        DivergenceCause.Source => $"what it fetches differs (input {input}): another image, a Git repository or a URL",
        DivergenceCause.Part => $"it reads other paths of its input {input}",
        DivergenceCause.OtherStep => $"its input {input} comes from another step",
        DivergenceCause.Combination => "each of its inputs is known, but not together",
        DivergenceCause.Added => "only the second build has it",
        _ => "only the first build has it",
    };

    private static void Side(string name, CacheRecord? record, Terminal terminal)
    {
        if (record is null)
            return;
        var layer = ShownStep.LayerOf(record);
        terminal.Line($"    {name,-6}  {Text.Short(record.Digest)}  " + (layer is null
            ? "no result"
            : $"layer {Text.Short(layer.Digest)}, {Text.Size(layer.Descriptor.Size)}, "
                + Text.Age(record.NewestResult!.CreatedAt, terminal.Time.GetUtcNow())));
    }

    private static string Wrote(ShownStep shown) => shown.Files is not { } files
        ? ""
        : files.Count == 0
            ? ", which wrote no files"
            : $", which wrote {string.Join(", ", files.Take(MostNames))}"
                + (shown.FileCount > MostNames ? $" and {Text.Count(shown.FileCount - MostNames, "more file")}" : "");

    private static string Links(IReadOnlyList<CacheLink> links, LayerChain? image) => image is not null
        ? $"image of {Text.Count(image.Length, "layer")}, the last {Text.Short(image.Top.Digest)}"
        : string.Join(" or ", links.Select(l => Text.Short(l.Record.Digest)
            + (l.Selector.Length > 0 ? $" (part {Text.Short(l.Selector)})" : "")).DefaultIfEmpty("nothing"));

    private static string PathOf(FileDifference file) => ShownStep.PathOf((file.Left ?? file.Right)!);

    private static string Change(FileDifference file) => file switch
    {
        { Left: null, Right: { } right } => $"added    {PathOf(file)}, {Text.Size(right.Size)}",
        { Right: null, Left: { } left } => $"removed  {PathOf(file)}, {Text.Size(left.Size)}",
        { HasOtherContent: true } => $"changed  {PathOf(file)}, {Text.Size(file.Left!.Size)} → {Text.Size(file.Right!.Size)}",
        _ => $"changed  {PathOf(file)}: mode, owner or kind",
    };
}
