namespace RegistryCache.Peers.Jobs;

/// <summary>A job that is ready to be measured.</summary>
internal sealed class PreparedJob(IReadOnlyList<Case> cases, params IAsyncDisposable?[] servers) : IAsyncDisposable
{
    public IReadOnlyList<Case> Cases => cases;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            if (server is not null)
                await server.DisposeAsync();
        }
    }
}
