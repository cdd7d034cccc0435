using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>One upload that is under way. Its steps come one after the other.</summary>
internal sealed class UploadSession(string repository, Ingest content) : IDisposable
{
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public string Repository { get; } = repository;

    public string Id { get; } = Guid.NewGuid().ToString();

    public Ingest Content { get; } = content;

    /// <summary>Changes with every accepted step, so that only the newest Location is good.</summary>
    public int Step { get; set; }

    public int Patches { get; set; }

    public long FirstChunk { get; set; }

    public bool IsClosed { get; private set; }

    public void Dispose()
    {
        IsClosed = true;
        Content.Dispose();
    }
}
