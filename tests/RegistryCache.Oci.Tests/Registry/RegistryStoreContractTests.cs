using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>The store contract on the real registry server, with each of its authentication schemes.</summary>
[TestFixture(RegistryAccess.Anonymous)]
[TestFixture(RegistryAccess.HtpasswdOverTls)]
[TestFixture(RegistryAccess.Token)]
[Category("Integration")]
public sealed class RegistryStoreContractTests(RegistryAccess access) : ContentStoreContractTests
{
    private static int repositories;
    private RegistryServer? _server;
    private TokenServer? _tokens;
    private RegistryClient? _client;

    protected override ContentStoreContract Contract =>
        new(() => _client!.OpenRepository(_server!.Host, $"contract/store-{Interlocked.Increment(ref repositories)}"))
        {
            // distribution 2.8 hashes uploads with SHA-256 only, and deletes manifests by digest only.
            Algorithms = ["sha256"],
            DeletesTags = false,
            MaxAllocatedBytes = 64L << 20,
            DamageBlob = (_, digest) => CorruptAsync(digest, static bytes => bytes[^1] ^= 0xff),

            // The server parses manifests and would notice broken JSON, so a digest inside is changed into another.
            DamageManifest = (_, digest) => CorruptAsync(digest, static bytes =>
            {
                var index = bytes.AsSpan().LastIndexOf("sha256:"u8) + 7;
                bytes[index] = bytes[index] == (byte)'0' ? (byte)'1' : (byte)'0';
            }),
        };

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _tokens = access == RegistryAccess.Token ? await TokenServer.StartAsync() : null;
        _server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = access == RegistryAccess.HtpasswdOverTls, TokenServer = _tokens });
        var options = new RegistryClientOptions();
        if (access != RegistryAccess.Anonymous)
            options = options with { Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [_server.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password) }) };
        if (_server.Authority is { } authority)
        {
            options.CertificateAuthorities.Add(authority.Certificate);
            options = options with { UsePlainHttp = _ => false };
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

    // The server keeps one file per digest for all repositories, so a damaged one would also affect the next rule.
    [TearDown]
    public void RemoveContent()
    {
        var data = Path.Combine(_server!.Directory, "data", "docker");
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
    }

    private async Task CorruptAsync(Digest digest, Action<byte[]> change)
    {
        var path = _server!.BlobPath(digest.Hex);
        var bytes = await File.ReadAllBytesAsync(path);
        change(bytes);
        await File.WriteAllBytesAsync(path, bytes);
    }
}

public enum RegistryAccess
{
    Anonymous,
    HtpasswdOverTls,
    Token,
}
