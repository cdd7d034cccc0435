using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class CredentialsJsonContext : JsonSerializerContext;
