namespace RegistryCache.Cli.Output;

/// <summary>A verification for people: a line for each damage, and a line with the totals.</summary>
internal static class VerificationText
{
    private const int Keys = 5;

    public static void Write(CacheVerification found, Terminal terminal)
    {
        if (!found.IsHit)
        {
            Outcomes.Miss(terminal, found.Source, found.Miss);
            return;
        }

        foreach (var skipped in found.Skipped)
            terminal.Note($"warning: skipped {skipped.Descriptor.Digest}: {skipped.Reason}");
        foreach (var damage in found.Damages)
            WriteDamage(damage, terminal);
        if (found.Damages is [{ Part: not CachePart.Layer }])
            return;
        var read = found.LayersRead.Count == 0 ? "none read"
            : found.LayersRead.Count == found.Layers.Count ? "all read"
            : $"{Text.Number(found.LayersRead.Count)} read (--seed {Text.Number(found.Seed)})";
        terminal.Line($"{(found.IsSound ? "sound" : Text.Count(found.Damages.Count, "damaged layer"))}: "
            + $"{Text.Count(found.Layers.Count, "layer")}, {Text.Size(found.Layers.Bytes)}, {read}; "
            + $"{Text.Number(found.Results.Lost)} of {Text.Count(found.Results.All, "result")} lost");
    }

    public static string Damage(CacheDamageKind kind) => kind switch
    {
        CacheDamageKind.Missing => "missing",
        CacheDamageKind.WrongSize => "wrong-size",
        CacheDamageKind.WrongDigest => "wrong-digest",
        CacheDamageKind.WrongDiffId => "wrong-diffid",
        CacheDamageKind.WrongToc => "wrong-toc",
        _ => "unreadable",
    };

    public static string Part(CachePart part) => part switch
    {
        CachePart.Config => "config",
        CachePart.Manifest => "manifest",
        _ => "layer",
    };

    private static void WriteDamage(CacheDamage damage, Terminal terminal)
    {
        terminal.Line(
            $"{Damage(damage.Kind)}: {Part(damage.Part)} {damage.Digest?.ToString() ?? "of unknown digest"}: {damage.Detail}");
        var records = damage.FindRecords();
        if (records.Count == 0)
            return;
        var keys = damage.FindKeys();
        terminal.Line($"  needed by {Text.Count(records.Sum(r => r.Results), "result")} of "
            + $"{Text.Count(records.Count, "record")}: "
            + List(records.Select(r => Text.Short(r.Record.Digest)).ToList())
            + (keys.Count == 0 ? "" : $"; keys {List(keys)}"));
    }

    private static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Keys).Select(ErrorText.Clean))
        + (names.Count > Keys ? $" and {Text.Number(names.Count - Keys)} more" : "");
}
