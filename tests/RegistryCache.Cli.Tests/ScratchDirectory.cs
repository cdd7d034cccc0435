namespace RegistryCache.Cli.Tests;

/// <summary>A directory that is deleted after the test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("registry-cache-cli-").FullName;

    /// <summary>The path of something in the directory.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
