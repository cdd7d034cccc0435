using System.Text.Json.Serialization;

namespace RegistryCache.Compression.EStargz;

/// <summary>Generated readers. Names match in any case, as Go's encoding/json reads them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(TocJsonEntry))]
internal sealed partial class TocJsonContext : JsonSerializerContext;
