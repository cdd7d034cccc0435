using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RegistryCache.Oci.Registry;

/// <summary>Selects the client certificate: the only one, or the one that matches the server's list of authorities.</summary>
internal static class ClientCertificates
{
    public static void Show(SslClientAuthenticationOptions tls, X509Certificate2Collection certificates)
    {
        var own = certificates.Where(static certificate => certificate.HasPrivateKey).ToArray();
        if (own is [var single])
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(single, certificates, offline: true);
        else if (own.Length > 1)
        {
            // The framework asks a first time before it knows the server's authorities. An answer would be final, so there is none.
            tls.LocalCertificateSelectionCallback = (_, _, _, server, authorities) =>
                server is null ? null! : Choose(own, certificates, authorities);
        }
    }

    private static X509Certificate2 Choose(X509Certificate2[] own, X509Certificate2Collection all, string[] authorities) =>
        Array.Find(own, certificate => LeadsTo(certificate, all, authorities)) ?? own[0];

    private static bool LeadsTo(X509Certificate2 certificate, X509Certificate2Collection all, string[] authorities)
    {
        var name = certificate.Issuer;
        for (var i = 0; i <= all.Count; i++)
        {
            if (authorities.Contains(name))
                return true;
            if (all.FirstOrDefault(c => c.Subject == name && c.Issuer != name) is not { } above)
                return false;
            name = above.Issuer;
        }

        return false;
    }
}
