namespace RegistryCache.Cli.Output;

/// <summary>Prints a listing for people: one line for each tag or key, and a line with the totals.</summary>
internal static class ListingTable
{
    public static void Write(CacheListing listing, Terminal terminal)
    {
        if (listing.Tags.Count == 0)
            terminal.Note($"{listing.Place}: no cache{(listing.IsOfOneTag ? "" : " under any tag")}");
        else if (listing.IsOfOneTag)
            WriteKeys(listing, listing.Tags[0], terminal);
        else
            WriteTags(listing, terminal);
    }

    private static void WriteTags(CacheListing listing, Terminal terminal)
    {
        var now = terminal.Time.GetUtcNow();
        var (used, written) = (listing.Tags.Any(t => t.LastUsedAt is not null), listing.Tags.Any(t => t.Writer is not null));
        var table = new Table(
            ["SIZE", "OWN", "SHARED", "LAYERS", "RECORDS", "KEYS", "AGE", .. If(used, "USED"), .. If(written, "WRITER"), "TAG"]);
        foreach (var tag in listing.Tags)
        {
            table.Add(
            [
                Text.Size(tag.Size), Text.Size(tag.OwnSize), Text.Size(tag.SharedSize), Text.Number(tag.Layers), Text.Number(tag.Records),
                Text.Number(tag.Keys.Count), Text.Age(tag.CreatedAt, now), .. If(used, Text.Ago(tag.LastUsedAt, now)),
                .. If(written, ErrorText.Quote(tag.Writer ?? "")), tag.Name,
            ]);
        }

        table.Write(terminal);
        var others = listing.OtherTags == 0 ? "" : $"; {Text.Count(listing.OtherTags, "other tag")} without a cache";
        terminal.Line($"{Text.Count(listing.Tags.Count, "tag")}, {Text.Count(listing.Layers, "layer")}, "
            + $"{Text.Size(listing.Size)}{others}");
    }

    private static void WriteKeys(CacheListing listing, CacheTag tag, Terminal terminal)
    {
        if (tag.Keys.Count == 0)
        {
            terminal.Line($"no folders, {Text.Count(tag.Records, "record")}, {Text.Count(tag.Layers, "layer")}, "
                + $"{Text.Size(tag.Size)}; `registry-cache inspect` shows them");
            return;
        }

        var now = terminal.Time.GetUtcNow();
        var used = tag.Keys.Any(k => k.LastUsedAt is not null);
        var table = new Table(["SIZE", "OWN", "SHARED", "LAYERS", "AGE", .. If(used, "USED"), "KEY"]);
        foreach (var key in tag.Keys)
        {
            table.Add(
            [
                Text.Size(key.Size), Text.Size(key.OwnSize), Text.Size(key.SharedSize), Text.Number(key.Layers),
                Text.Age(key.CreatedAt, now), .. If(used, Text.Ago(key.LastUsedAt, now)), key.Key,
            ]);
        }

        table.Write(terminal);
        terminal.Line(
            $"{Text.Count(tag.Keys.Count, "key")}, {Text.Count(listing.Layers, "layer")}, {Text.Size(listing.Size)}");
    }

    /// <summary>A column that is shown only if it says something.</summary>
    private static IEnumerable<string> If(bool isShown, string cell) => isShown ? [cell] : [];
}
