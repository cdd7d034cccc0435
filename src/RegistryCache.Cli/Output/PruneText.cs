using RegistryCache.Storage;

namespace RegistryCache.Cli.Output;

/// <summary>Prints for people what pruning would remove, or has removed.</summary>
internal static class PruneText
{
    public static void Write(PrunePlan plan, PruneReport? report, Terminal terminal)
    {
        var tags = report?.Tags ?? plan.Tags;
        if (tags.Count > 0)
            WriteTags(tags, terminal);
        WriteKeys(tags, terminal);
        var (bytes, added) = (Text.Size(report?.FreedBytes ?? plan.FreedBytes), Text.Size(plan.AddedBytes));
        terminal.Line(plan.IsEmpty
            ? $"{plan.Place}: nothing to remove"
            : $"{plan.Place}: {(report is null ? "would free" : "freed")} {bytes}, {added} added for what stays"
                + (plan.IsSwept ? "" : "; the registry's garbage collection frees the space"));
    }

    public static string Outcome(PrunedTag tag) => tag switch
    {
        { Error: not null } => "failed",
        { Removal: ManifestRemoval.Refused } => "refused",
        { Removal: ManifestRemoval.InUse } => "in use",
        { Removal: ManifestRemoval.Absent } => "absent",
        { NewManifest: null } => "removed",
        _ => "rewritten",
    };

    private static void WriteTags(IReadOnlyList<PrunedTag> tags, Terminal terminal)
    {
        var table = new Table("FREES", "RESULTS", "RECORDS", "BECOMES", "TAG");
        foreach (var tag in tags)
        {
            table.Add(Text.Size(tag.FreedBytes), Text.Number(tag.Pruned.Results.Count), Text.Number(tag.Pruned.Records), Outcome(tag),
                tag.Name);
        }

        table.Write(terminal);
    }

    private static void WriteKeys(IReadOnlyList<PrunedTag> tags, Terminal terminal)
    {
        var keys = tags.SelectMany(t => t.Pruned.Results.Select(r => (Tag: t.Name, r.Key, r.Result)))
            .Where(r => r.Key is not null).ToList();
        if (keys.Count == 0)
            return;
        var now = terminal.Time.GetUtcNow();
        var table = new Table("AGE", "TAG", "KEY");
        foreach (var (tag, key, result) in keys)
            table.Add(Text.Age(result.CreatedAt, now), ErrorText.Clean(tag), key!);
        terminal.Line();
        table.Write(terminal);
        terminal.Line();
    }
}
