namespace RegistryCache.Oci.Tests.Pruning;

/// <summary>Folders with one file, deleted at the end.</summary>
internal sealed class ScratchFolders : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("registry-cache-prune-");

    public string Make(string name, string content)
    {
        var folder = _root.CreateSubdirectory(name).FullName;
        if (content.Length > 0)
            File.WriteAllText(Path.Combine(folder, "file"), content);
        return folder;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
