namespace RegistryCache.Cli.Output;

/// <summary>A healing for people: a line for each blob that was put back, and a line about what was removed.</summary>
internal static class HealingText
{
    public static void Write(CacheHealing healing, Terminal terminal)
    {
        var found = healing.Found;
        VerificationText.Write(found, terminal);
        if (!found.IsHit || found.IsSound || healing.Error is not null)
            return;
        var (put, removed) = healing.IsDryRun ? ("would put back", "would remove") : ("put back", "removed");
        foreach (var blob in healing.PutBack)
        {
            var other = blob.Now.Digest == blob.Digest ? "" : $" as {blob.Now.Digest}";
            terminal.Line($"{put} {VerificationText.Part(blob.Part)} {blob.Digest}{other} from {blob.From}");
        }

        if (healing.Removed.Count > 0)
        {
            terminal.Line($"{removed} {Text.Count(healing.Removed.Sum(r => r.Results), "result")} of "
                + $"{Text.Count(healing.Removed.Count, "record")}");
        }

        terminal.Report(healing.IsDryRun ? "nothing was changed"
            : healing.IsMoved ? $"healed; the tag points to {healing.Manifest!.Digest}" : "healed; the tag was not moved");
    }
}
