using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>User and password as a header, RFC 7617.</summary>
internal static class BasicHeader
{
    public static AuthenticationHeaderValue Of(RegistryCredential credential) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{credential.Username}:{credential.Password}"))));
}
