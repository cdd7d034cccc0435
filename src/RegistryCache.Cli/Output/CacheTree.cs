namespace RegistryCache.Cli.Output;

/// <summary>Prints a cache as a tree, for people.</summary>
internal static class CacheTree
{
    public static void Write(ImportedCache cache, Terminal terminal)
    {
        var (output, now) = (terminal.Output, terminal.Time.GetUtcNow());
        var totals = CacheTotals.Of(cache.Graph);
        output.WriteLine(cache.Source.ToString());
        output.WriteLine($"├─ form      {Text.Form(cache.Form!.Value, cache.IsInline)}");
        output.WriteLine($"├─ manifest  {cache.Manifest!.Digest}  {Text.Size(cache.Manifest.Size)}  {cache.Manifest.MediaType}");
        if (cache.Config is { } config)
            output.WriteLine($"├─ config    {config.Digest}  {Text.Size(config.Size)}  {config.MediaType}");
        foreach (var skipped in cache.Skipped)
            output.WriteLine($"├─ skipped   {skipped.Descriptor.Digest}  {skipped.Reason}");
        output.WriteLine($"└─ totals    {Text.Count(totals.Records, "record")}, {Text.Count(totals.Results, "result")}, "
            + $"{Text.Count(totals.Layers, "layer")} from {Text.Count(totals.Blobs, "blob")}, {Text.Size(totals.Bytes)}");
        WriteLayers(cache.Graph, terminal, now);
        WriteRecords(cache.Graph, terminal, now);
    }

    private static void WriteLayers(CacheGraph graph, Terminal terminal, DateTimeOffset now)
    {
        var output = terminal.Output;
        var chains = graph.CollectChains();
        var numbers = Number(chains);
        output.WriteLine();
        terminal.WriteLine("layers", Ink.Strong);
        for (var i = 0; i < chains.Count; i++)
        {
            var layer = chains[i].Top;
            var parent = chains[i].Parent is { } below ? $"on L{numbers[below]}" : "base";
            output.WriteLine($"{Branch(i, chains.Count)} L{i}  {Text.Short(layer.Digest)}  {parent}  {Text.Size(layer.Descriptor.Size)}  "
                + $"{Text.Age(layer.CreatedAt, now)}  {layer.Descriptor.MediaType}");
            output.WriteLine($"{Stem(i, chains.Count)}      diffID "
                + $"{layer.DiffId?.ToString() ?? (layer.MalformedDiffId is null ? "missing" : "malformed (--format json shows it)")}");
        }
    }

    private static void WriteRecords(CacheGraph graph, Terminal terminal, DateTimeOffset now)
    {
        var output = terminal.Output;
        var layers = Number(graph.CollectChains());
        var numbers = Number(graph.Records);
        var joining = graph.FindJoiningRecords().ToHashSet();
        output.WriteLine();
        terminal.WriteLine("records", Ink.Strong);
        for (var i = 0; i < graph.Records.Length; i++)
        {
            var record = graph.Records[i];
            var results = record.Results.Select(r =>
                $"{(r.Chain is null ? "no layers" : $"L{layers[r.Chain]}")}, {Text.Age(r.CreatedAt, now)}");
            output.WriteLine($"{Branch(i, graph.Records.Length)} R{i}  {Text.Short(record.Digest)}"
                + string.Concat(results.Select(r => $"  → {r}")) + (joining.Contains(record) ? "  joining record" : ""));
            for (var input = 0; input < record.Inputs.Length; input++)
            {
                var links = record.Inputs[input].Select(l =>
                    $"R{numbers[l.Record]}{(l.Selector.Length == 0 ? "" : $" ({Text.Short(l.Selector)})")}");
                output.WriteLine($"{Stem(i, graph.Records.Length)}      input {input} ← {string.Join(" or ", links)}");
            }
        }
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
