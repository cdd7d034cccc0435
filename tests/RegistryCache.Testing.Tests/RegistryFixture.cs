namespace RegistryCache.Testing.Tests;

/// <summary>A registry and a plain client for each test of a class.</summary>
[Category("Integration")]
internal abstract class RegistryFixture
{
    protected TestRegistry Registry { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        Registry = await TestRegistry.StartAsync(Options());
        Client = Registry.CreateClient();
    }

    [TearDown]
    public async Task StopAsync()
    {
        Client.Dispose();
        await Registry.DisposeAsync();
    }

    protected virtual TestRegistryOptions Options() => new();

    protected Task<HttpResponseMessage> SendAsync(string method, string target, byte[]? body = null, string? type = null, params (string, string)[] headers) =>
        Client.SendAsync(method, target, body, type, headers);
}
