namespace RegistryCache.Cli.Output;

/// <summary>A comparison for people: what differs, and a line with the totals of each kind.</summary>
internal static class ComparisonText
{
    public static void Write(CacheComparison found, IReadOnlyList<LayerComparison> files, Terminal terminal)
    {
        foreach (var record in found.OnlyLeft)
            terminal.Line($"- {Record(record)}");
        foreach (var record in found.OnlyRight)
            terminal.Line($"+ {Record(record)}");
        foreach (var both in found.Both.Where(b => b.Outcome is not (ComparedResult.Same or ComparedResult.SameContent)))
            terminal.Line($"~ {Record(both.Left)}: {Outcome(both.Outcome)}");
        foreach (var layers in files)
            WriteFiles(layers, terminal);
        var same = found.Both.Count(b => b.Outcome is ComparedResult.Same);
        terminal.Line($"records: {Text.Number(found.OnlyLeft.Count)} only in LEFT, "
            + $"{Text.Number(found.OnlyRight.Count)} only in RIGHT, "
            + $"{Text.Number(found.Both.Count)} in both, {Text.Number(same)} of them with the same result");
        var (left, right, shared) = found.Layers;
        terminal.Line($"layers: {Total(left)} only in LEFT, {Total(right)} only in RIGHT, {Total(shared)} in both"
            + (found.OtherBlobs.Count == 0 ? "" : $"; {Total(found.OtherBlobs)} of LEFT are other blobs of RIGHT with the same content"));
    }

    public static string Outcome(ComparedResult outcome) => outcome switch
    {
        ComparedResult.Same => "same",
        ComparedResult.SameContent => "same-content",
        ComparedResult.Different => "different",
        ComparedResult.OnlyLeft => "only-left",
        _ => "only-right",
    };

    public static string Change(FileDifference file) => file switch
    {
        { Left: null } => "added",
        { Right: null } => "removed",
        { HasOtherContent: true } => "changed",
        _ => "metadata",
    };

    private static string Record(CacheRecord record) => Text.Name(record)
        + (record.NewestResult?.Chain is { } chain ? $" ({Text.Size(chain.Top.Descriptor.Size)} on top)" : "");

    private static string Total(LayerTotal total) => $"{Text.Number(total.Count)} ({Text.Size(total.Bytes)})";

    private static void WriteFiles(LayerComparison layers, Terminal terminal)
    {
        terminal.Line($"layer {Text.Short(layers.Left.Digest)} → {Text.Short(layers.Right.Digest)}: "
            + (layers.Same is { } same ? $"{same} paths are equal" : "the same content"));
        foreach (var file in layers.Files)
        {
            var size = file switch
            {
                { Left: { } l, Right: { } r } when l.Size != r.Size => $" ({Text.Size(l.Size)} → {Text.Size(r.Size)})",
                _ => $" ({Text.Size((file.Right ?? file.Left)!.Size)})",
            };
            terminal.Line($"  {Change(file)} /{file.Path}{size}");
        }
    }
}
