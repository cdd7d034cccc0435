namespace RegistryCache.Cli.Output;

/// <summary>Prints a cache as a tree, for people. A large cache is folded: its largest layers are shown, and the records at the ends of its
/// builds.</summary>
internal static class CacheTree
{
    // What does not fit a few screens is not read by anyone.
    private const int FoldAbove = 100;
    private const int Shown = 20;

    public static void Write(ImportedCache cache, Terminal terminal, bool isWhole)
    {
        const string stem = "│  ";
        var now = terminal.Time.GetUtcNow();
        var totals = CacheTotals.Of(cache.Graph);
        terminal.Line(cache.Source.ToString());
        terminal.Line($"├─ form      {Text.Form(cache.Form!.Value, cache.IsInline)}");
        terminal.Line($"├─ manifest  {cache.Manifest!.Digest}  {Text.Size(cache.Manifest.Size)}  {cache.Manifest.MediaType}", stem);
        if (cache.Config is { } config)
            terminal.Line($"├─ config    {config.Digest}  {Text.Size(config.Size)}  {config.MediaType}", stem);
        foreach (var skipped in cache.Skipped)
            terminal.Line($"├─ skipped   {skipped.Descriptor.Digest}  {skipped.Reason}", stem);
        terminal.Line($"└─ totals    {Text.Count(totals.Records, "record")}, {Text.Count(totals.Results, "result")}, "
            + $"{Text.Count(totals.Layers, "layer")} from {Text.Count(totals.Blobs, "blob")}, {Text.Size(totals.Bytes)}");
        WriteLayers(cache.Graph, terminal, now, isWhole);
        WriteRecords(cache.Graph, terminal, now, isWhole);
    }

    private static void WriteLayers(CacheGraph graph, Terminal terminal, DateTimeOffset now, bool isWhole)
    {
        var chains = graph.CollectChains();
        var numbers = Number(chains);
        var shown = Fold(chains, isWhole, all => all.OrderByDescending(c => c.Top.Descriptor.Size));
        var end = End(chains.Count, shown);
        terminal.Line();
        terminal.Line("layers", ink: Ink.Strong);
        foreach (var i in shown)
        {
            var layer = chains[i].Top;
            var parent = chains[i].Parent is { } below ? $"on L{numbers[below]}" : "base";
            terminal.NamedLine(
                $"{Branch(i, end)} L{i}  {Text.Short(layer.Digest)}  {parent}  {Text.Size(layer.Descriptor.Size)}  "
                    + $"{Text.Age(layer.CreatedAt, now)}  ",
                layer.Descriptor.MediaType);
            terminal.NamedLine(
                $"{Stem(i, end)}      diffID ",
                layer.DiffId?.ToString() ?? (layer.MalformedDiffId is null ? "missing" : "malformed (--format json shows it)"));
        }

        WriteFolded(terminal, chains.Count - shown.Count, "more layer");
    }

    private static void WriteRecords(CacheGraph graph, Terminal terminal, DateTimeOffset now, bool isWhole)
    {
        var layers = Number(graph.CollectChains());
        var numbers = Number(graph.Records);
        var joining = graph.FindJoiningRecords().ToHashSet();
        var shown = Fold(graph.Records, isWhole, _ => graph.FindTargets());
        var end = End(graph.Records.Length, shown);
        terminal.Line();
        terminal.Line("records", ink: Ink.Strong);
        foreach (var i in shown)
        {
            var record = graph.Records[i];
            var results = record.Results.Select(r =>
                $"{(r.Chain is null ? "no layers" : $"L{layers[r.Chain]}")}, {Text.Age(r.CreatedAt, now)}");
            terminal.Line(
                $"{Branch(i, end)} R{i}  {Text.Short(record.Digest)}" + string.Concat(results.Select(r => $"  → {r}"))
                    + (joining.Contains(record) ? "  joining record" : ""),
                $"{Stem(i, end)}      ");
            for (var input = 0; input < record.Inputs.Length; input++)
            {
                var links = record.Inputs[input].Select(l =>
                    $"R{numbers[l.Record]}{(l.Selector.Length == 0 ? "" : $" ({Text.Short(l.Selector)})")}");
                terminal.Line($"{Stem(i, end)}      input {input} ← {string.Join(" or ", links)}", $"{Stem(i, end)}        ");
            }
        }

        WriteFolded(terminal, graph.Records.Length - shown.Count, "more record");
    }

    /// <summary>The places of what is shown, in their order.</summary>
    private static List<int> Fold<T>(IReadOnlyList<T> items, bool isWhole, Func<IReadOnlyList<T>, IEnumerable<T>> first)
        where T : class
    {
        if (isWhole || items.Count <= FoldAbove)
            return [.. Enumerable.Range(0, items.Count)];
        var numbers = Number(items);
        return [.. first(items).Take(Shown).Select(item => numbers[item]).Order()];
    }

    /// <summary>The count after the last one; with more below, no line is the last one.</summary>
    private static int End(int count, List<int> shown) => shown.Count < count ? int.MaxValue : count;

    private static void WriteFolded(Terminal terminal, int count, string what)
    {
        if (count > 0)
            terminal.Line($"└─ {Text.Count(count, what)}; --all shows them");
    }

    private static string Branch(int index, int count) => index == count - 1 ? "└─" : "├─";

    private static string Stem(int index, int count) => index == count - 1 ? "  " : "│ ";

    private static Dictionary<T, int> Number<T>(IReadOnlyList<T> items)
        where T : class
    {
        var numbers = new Dictionary<T, int>(ReferenceEqualityComparer.Instance);
        foreach (var item in items)
            numbers.Add(item, numbers.Count);
        return numbers;
    }
}
