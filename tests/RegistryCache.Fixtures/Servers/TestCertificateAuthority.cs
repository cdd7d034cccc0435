using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RegistryCache.Fixtures.Servers;

/// <summary>A private certificate authority that lives for one test.</summary>
public sealed class TestCertificateAuthority : IDisposable
{
    /// <summary>A name that server certificates hold beside those of loopback; nothing but a proxy of the tests finds it.</summary>
    public const string ServerName = "registry.test";

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Creates a root authority.</summary>
    /// <param name="name">Its name.</param>
    public TestCertificateAuthority(string name = "RegistryCache test authority") =>
        Certificate = Describe(name, _key).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));

    private TestCertificateAuthority(string name, X509Certificate2 issuer)
    {
        using var certificate = Describe(name, _key).Create(issuer, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(18), RandomNumberGenerator.GetBytes(8));
        Certificate = certificate.CopyWithPrivateKey(_key);
    }

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes an authority that this one vouches for.</summary>
    public TestCertificateAuthority CreateIntermediate() => new("RegistryCache test intermediate", Certificate);

    /// <summary>Makes a certificate with its key for a client.</summary>
    /// <param name="name">The client's name.</param>
    public X509Certificate2 IssueClientCertificate(string name = "client")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        using var certificate = request.Create(Certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Makes a certificate for <c>localhost</c>, 127.0.0.1 and <see cref="ServerName"/> and writes it with its key as PEM.</summary>
    /// <param name="directory">Where to write.</param>
    public (string CertificatePath, string KeyPath) WriteServerCertificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(key);
        var certificatePath = Path.Combine(directory, "server.pem");
        var keyPath = Path.Combine(directory, "server.key");
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    /// <summary>Makes a certificate with its key, for servers inside the test.</summary>
    public X509Certificate2 IssueServerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(key);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Describe(string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        return request;
    }

    private X509Certificate2 Issue(ECDsa key)
    {
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(ServerName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(Certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
    }
}
