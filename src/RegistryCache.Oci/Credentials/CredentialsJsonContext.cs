using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Credentials;

[JsonSerializable(typeof(DockerConfigDocument))]
[JsonSerializable(typeof(DockerAuthConfigDocument))]
[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class CredentialsJsonContext : JsonSerializerContext;
