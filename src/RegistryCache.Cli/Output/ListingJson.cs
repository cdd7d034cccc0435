using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>A listing as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class ListingJson
{
    public static void Write(CacheListing listing, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("place", listing.Place);
        json.WriteBoolean("complete", listing.IsComplete);
        json.WriteNumber("otherTags", listing.OtherTags);
        json.WriteNumber("layers", listing.Layers);
        json.WriteNumber("size", listing.Size);
        json.WriteStartArray("tags");
        foreach (var tag in listing.Tags)
            WriteTag(json, tag);
        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach (var (tag, error) in listing.Failures)
        {
            json.WriteStartObject();
            json.WriteString("tag", tag);
            json.WriteString("error", ErrorLine.Of(error));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteTag(Utf8JsonWriter json, CacheTag tag)
    {
        json.WriteStartObject();
        json.WriteString("tag", tag.Name);
        json.WriteString("form", Text.Form(tag.Form, tag.IsInline));
        CacheJson.WriteDescriptor(json, "manifest", tag.Manifest, withMediaType: true);
        json.WriteString("createdAt", tag.CreatedAt?.ToString());
        json.WriteString("lastUsedAt", Time(tag.LastUsedAt));
        json.WriteString("writer", tag.Writer);
        json.WriteNumber("records", tag.Records);
        json.WriteNumber("layers", tag.Layers);
        json.WriteNumber("size", tag.Size);
        json.WriteNumber("ownSize", tag.OwnSize);
        json.WriteNumber("sharedSize", tag.SharedSize);
        json.WriteStartObject("annotations");
        foreach (var (name, value) in tag.Annotations)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("keys");
        foreach (var key in tag.Keys)
        {
            json.WriteStartObject();
            json.WriteString("key", key.Key);
            json.WriteString("createdAt", key.CreatedAt.ToString());
            json.WriteString("lastUsedAt", Time(key.LastUsedAt));
            json.WriteNumber("layers", key.Layers);
            json.WriteNumber("size", key.Size);
            json.WriteNumber("ownSize", key.OwnSize);
            json.WriteNumber("sharedSize", key.SharedSize);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string? Time(DateTimeOffset? time) => time is { } at ? CacheTime.From(at).ToString() : null;
}
