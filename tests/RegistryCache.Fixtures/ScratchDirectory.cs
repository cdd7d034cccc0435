namespace RegistryCache.Fixtures;

/// <summary>A directory that is deleted after the test.</summary>
public sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;

    /// <summary>The path of something in the directory.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
