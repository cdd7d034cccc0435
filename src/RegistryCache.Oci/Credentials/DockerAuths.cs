using System.Text;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Credentials;

/// <summary>Looks credentials up in <c>auths</c> as Docker does. Source: docker/cli cli/config/credentials/file_store.go and configfile/file.go.</summary>
internal static class DockerAuths
{
    /// <summary>Checks that every entry can be read: one malformed entry fails the whole file, as with Docker.</summary>
    public static Dictionary<string, RegistryCredential?> Read(IEnumerable<KeyValuePair<string, DockerAuthEntry?>> auths, string source)
    {
        var result = new Dictionary<string, RegistryCredential?>(StringComparer.Ordinal);
        foreach (var (key, entry) in auths)
            result[key] = entry is null ? null : Credential(key, entry, source);
        return result;
    }

    public static RegistryCredential? Find(Dictionary<string, RegistryCredential?> auths, string key)
    {
        if (auths.TryGetValue(key, out var exact))
            return exact;

        // Docker takes any entry whose host fits, in the order of its map; ours is sorted, so that the choice is always the same.
        var host = HostOf(key);
        return auths.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            .FirstOrDefault(entry => string.Equals(HostOf(entry.Key), host, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static string HostOf(string key)
    {
        foreach (var scheme in new[] { "https://", "http://" })
        {
            if (key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                key = key[scheme.Length..];
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? key : key[..slash];
    }

    private static RegistryCredential? Credential(string key, DockerAuthEntry entry, string source)
    {
        var (user, password) = (entry.Username, entry.Password);
        if (!string.IsNullOrEmpty(entry.Auth))
            (user, password) = Decode(key, entry.Auth, source);
        if (!string.IsNullOrEmpty(entry.RegistryToken))
            return RegistryCredential.FromRegistryToken(entry.RegistryToken);
        if (!string.IsNullOrEmpty(entry.IdentityToken))
            return RegistryCredential.FromIdentityToken(entry.IdentityToken);
        return string.IsNullOrEmpty(user) ? null : RegistryCredential.FromPassword(user, password ?? "");
    }

    private static (string User, string Password) Decode(string key, string auth, string source)
    {
        string text;
        try
        {
            text = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
        }
        catch (FormatException)
        {
            throw Broken(key, source, "is not base64");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? (text[..colon], text[(colon + 1)..].TrimEnd('\0'))
            : throw Broken(key, source, "is not user:password");
    }

    private static RegistryCacheException Broken(string key, string source, string what) => new(
        RegistryCacheErrorCode.CredentialFailure, $"{source}: the member auth of '{Http.RegistryErrorReader.Clean(key)}' {what}. Log in again, or remove the entry.");
}
