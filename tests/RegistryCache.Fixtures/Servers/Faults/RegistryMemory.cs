using System.Collections.Concurrent;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Everything that one run of the registry remembers; a reset replaces it, and late requests of an earlier run keep theirs.</summary>
internal sealed class RegistryMemory(FaultRegistryOptions options)
{
    public FaultRegistryOptions Options { get; } = options;

    public FaultScript Script { get; } = new();

    public ConcurrentDictionary<string, RepositoryMemory> Repositories { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, UploadMemory> Uploads { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public ConcurrentQueue<string> Violations { get; } = new();

    public ConcurrentQueue<string> Leaks { get; } = new();

    public TokenDesk Tokens { get; } = new(options);

    public RepositoryMemory Repository(string name) => Repositories.GetOrAdd(name, static _ => new RepositoryMemory());

    /// <summary>A violation of the specification by the client, and what a strict server answers.</summary>
    public RegistryAnswer Violated(string what, int status, string code)
    {
        Violations.Enqueue(what);
        return RegistryAnswer.Error(status, code, what);
    }
}
