using System.Text.Json.Nodes;

namespace RegistryCache.Cli.Tests;

/// <summary>The parameters that keep a manifest's form.</summary>
internal static class FixtureForms
{
    public static string Of(JsonNode manifest) => manifest["layers"] is not null ? ""
        : ((string)manifest["mediaType"]!).Contains("docker", StringComparison.Ordinal) ? ",oci-mediatypes=false"
        : ",image-manifest=false";
}
