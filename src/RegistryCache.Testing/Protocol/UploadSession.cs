using Microsoft.AspNetCore.Http;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>One upload that is under way. Its steps come one after the other. A new step ends an older one that still waits for bytes: the
/// client has given that one up.</summary>
internal sealed class UploadSession(string repository, Ingest content, DateTimeOffset now) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private HttpContext? _current;

    public string Repository { get; } = repository;

    /// <summary>When the client was last heard of.</summary>
    public DateTimeOffset TouchedAt { get; set; } = now;

    public string Id { get; } = Guid.NewGuid().ToString();

    public Ingest Content { get; } = content;

    /// <summary>Changes with every accepted step, so that only the newest Location is good.</summary>
    public int Step { get; set; }

    public int Patches { get; set; }

    public long FirstChunk { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>Waits for the turn of a request, which <see cref="Leave"/> ends.</summary>
    public async Task EnterAsync(HttpContext http)
    {
        Volatile.Read(ref _current)?.Abort();
        await _turn.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        Volatile.Write(ref _current, http);
    }

    public void Leave()
    {
        Volatile.Write(ref _current, null);
        _turn.Release();
    }

    public void Dispose()
    {
        IsClosed = true;
        Content.Dispose();
    }
}
