using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>Writes how long the phases of a command took.</summary>
internal static class Seconds
{
    public static void Write(Utf8JsonWriter json, params ReadOnlySpan<(string Phase, TimeSpan Time)> phases)
    {
        json.WriteStartObject("seconds");
        foreach (var (phase, time) in phases)
            json.WriteNumber(phase, Math.Round(time.TotalSeconds, 3));
        json.WriteEndObject();
    }
}
