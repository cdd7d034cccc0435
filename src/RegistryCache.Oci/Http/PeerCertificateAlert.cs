using System.Security.Cryptography;

namespace RegistryCache.Oci.Http;

/// <summary>Recognises that the server refused the client's certificate or did not receive one. With TLS 1.3 the handshake is complete by
/// then, and the refusal arrives as a failed read. Only OpenSSL's errors are known here. With other TLS libraries the error is a broken
/// connection. Source: RFC 8446 §6.2; OpenSSL adds 1000 to the number of an alert that it received.</summary>
internal static class PeerCertificateAlert
{
    private const int OpenSslLibrary = 20;
    private const int AlertOffset = 1000;

    public static bool Caused(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is CryptographicException && AlertOf(unchecked((uint)e.HResult)) is (>= 41 and <= 46) or 48 or 49 or 116)
                return true;
        }

        return false;
    }

    // OpenSSL 3 has the library in the bits from 23 on, OpenSSL 1 from 24 on; the reason is in the lowest twelve of both.
    private static int? AlertOf(uint error) =>
        error >> 23 == OpenSslLibrary || error >> 24 == OpenSslLibrary ? (int)(error & 0xfff) - AlertOffset : null;
}
