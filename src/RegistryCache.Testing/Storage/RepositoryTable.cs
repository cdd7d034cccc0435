using System.Collections.Concurrent;

namespace RegistryCache.Testing.Storage;

/// <summary>All repositories by name.</summary>
internal sealed class RepositoryTable
{
    private static readonly RepositoryContent Nothing = new();

    private readonly ConcurrentDictionary<string, RepositoryContent> _repositories = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => [.. _repositories.Keys.Order(StringComparer.Ordinal)];

    public bool Has(string name) => _repositories.ContainsKey(name);

    public RepositoryContent GetOrAdd(string name) => _repositories.GetOrAdd(name, static _ => new RepositoryContent());

    /// <summary>A repository to read from; one that does not exist is empty.</summary>
    public RepositoryContent Read(string name) => _repositories.GetValueOrDefault(name) ?? Nothing;

    /// <summary>The content of a blob in any repository.</summary>
    public StoredContent? FindBlob(string digest) =>
        _repositories.Values.Select(repository => repository.Blobs.GetValueOrDefault(digest))
            .FirstOrDefault(static content => content is not null);

    public bool IsUsed(string digest) => _repositories.Values.Any(repository => repository.Has(digest));
}
