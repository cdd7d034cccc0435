using RegistryCache.Core.Content;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Credentials;
using RegistryCache.Oci.Registry;
using RegistryCache.Testing.Contracts;
using RegistryCache.Testing.Servers;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>The store contract on the real registry server, in each way in which it lets clients in.</summary>
[TestFixture(RegistryAccess.Anonymous)]
[TestFixture(RegistryAccess.HtpasswdOverTls)]
[TestFixture(RegistryAccess.Token)]
[Category("Integration")]
public sealed class RegistryStoreContractTests(RegistryAccess access) : ContentStoreContract
{
    private static int repositories;
    private RegistryServer? _server;
    private TokenServer? _tokens;
    private RegistryClient? _client;

    // distribution 2.8 hashes uploads with SHA-256 alone.
    protected override IReadOnlyList<DigestAlgorithm> Algorithms { get; } = [DigestAlgorithm.Sha256];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _tokens = access == RegistryAccess.Token ? await TokenServer.StartAsync() : null;
        _server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = access == RegistryAccess.HtpasswdOverTls, TokenServer = _tokens });
        var options = new RegistryClientOptions();
        if (access != RegistryAccess.Anonymous)
            options.Credentials = new InMemoryCredentialProvider().Add(_server.Host, RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password));
        if (_server.Authority is { } authority)
        {
            options.CertificateAuthorities.Add(authority.Certificate);
            options.UsePlainHttp = _ => false;
        }

        _client = new RegistryClient(options);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_tokens is not null)
            await _tokens.DisposeAsync();
    }

    protected override Task<IContentStore> CreateAsync() =>
        Task.FromResult<IContentStore>(_client!.OpenRepository(_server!.Host, $"contract/store-{Interlocked.Increment(ref repositories)}"));

    protected override Task CorruptBlobAsync(Digest digest) => CorruptAsync(digest);

    protected override Task CorruptManifestAsync(Digest digest) => CorruptAsync(digest);

    private async Task CorruptAsync(Digest digest)
    {
        var path = _server!.BlobPath(digest.Hex);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 0xff;
        await File.WriteAllBytesAsync(path, bytes);
    }
}

public enum RegistryAccess
{
    Anonymous,
    HtpasswdOverTls,
    Token,
}
