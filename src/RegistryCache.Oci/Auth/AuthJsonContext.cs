using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Auth;

[JsonSerializable(typeof(TokenResponse))]
internal sealed partial class AuthJsonContext : JsonSerializerContext;
