using RegistryCache.Fixtures.Contracts;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>The store contract on the real registry server, with each of its authentication schemes.</summary>
[TestFixture(RegistryAccess.Anonymous)]
[TestFixture(RegistryAccess.HtpasswdOverTls)]
[TestFixture(RegistryAccess.Token)]
[Category("Integration")]
public sealed class RegistryStoreContractTests(RegistryAccess access) : StreamingContentStoreContract
{
    private static int repositories;
    private RegistryServer? _server;
    private TokenServer? _tokens;
    private RegistryClient? _client;

    // distribution 2.8 hashes uploads with SHA-256 only.
    protected override IReadOnlyList<string> Algorithms { get; } = ["sha256"];

    // distribution 2.8 deletes manifests by digest only.
    protected override bool DeletesTags => false;

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

    protected override Task<IContentStore> CreateAsync() =>
        Task.FromResult<IContentStore>(_client!.OpenRepository(_server!.Host, $"contract/store-{Interlocked.Increment(ref repositories)}"));

    // The server keeps one file per digest for all repositories, so a damaged one would also affect the next test.
    protected override Task CleanUpAsync()
    {
        var data = Path.Combine(_server!.Directory, "data", "docker");
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task CorruptBlobAsync(Digest digest) => CorruptAsync(digest, static bytes => bytes[^1] ^= 0xff);

    // The server parses manifests and would notice broken JSON, so a digest inside is changed into another.
    protected override Task CorruptManifestAsync(Digest digest) => CorruptAsync(digest, static bytes =>
    {
        var index = bytes.AsSpan().LastIndexOf("sha256:"u8) + 7;
        bytes[index] = bytes[index] == (byte)'0' ? (byte)'1' : (byte)'0';
    });

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
