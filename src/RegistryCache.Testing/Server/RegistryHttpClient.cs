using System.Security.Cryptography.X509Certificates;

namespace RegistryCache.Testing.Server;

/// <summary>A plain client for tests.</summary>
internal static class RegistryHttpClient
{
    public static HttpClient Create(Uri url, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        if (certificate is not null)
        {
            var expected = certificate.RawData;
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown is not null && expected.AsSpan().SequenceEqual(shown.GetRawCertData());
        }

        return new HttpClient(handler) { BaseAddress = url };
    }
}
