namespace RegistryCache.Cli.Output;

/// <summary>A healing as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class HealingJson
{
    public static void Write(CacheHealing healing, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("outcome", healing.Error is not null ? "failed" : !healing.Found.IsHit ? "miss"
            : healing.Found.IsSound ? "sound" : healing.IsDryRun ? "planned" : "healed");
        json.WriteString("error", healing.Error is { } error ? ErrorLine.Of(error) : null);
        json.WriteBoolean("dryRun", healing.IsDryRun);
        json.WriteBoolean("moved", healing.IsMoved);
        json.WriteString("manifest", healing.Manifest?.Digest.ToString());
        json.WriteStartArray("putBack");
        foreach (var blob in healing.PutBack)
        {
            json.WriteStartObject();
            json.WriteString("part", VerificationText.Part(blob.Part));
            json.WriteString("digest", blob.Digest.ToString());
            CacheJson.WriteDescriptor(json, "now", blob.Now, withMediaType: true);
            json.WriteString("from", blob.From);
            json.WriteNumber("bytesSent", blob.BytesSent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        VerificationJson.WriteRecords(json, "removed", healing.Removed);
        json.WriteStartObject("found");
        VerificationJson.WriteMembers(json, healing.Found);
        json.WriteEndObject();
    });
}
