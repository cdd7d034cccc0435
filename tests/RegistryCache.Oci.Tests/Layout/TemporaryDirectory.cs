namespace RegistryCache.Oci.Tests.Layout;

/// <summary>A directory that is deleted after the test. The given path does not exist yet.</summary>
internal sealed class TemporaryDirectory
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("registry-cache-layout-");

    public string Path => System.IO.Path.Combine(_parent.FullName, "cache");

    public string Outside => _parent.FullName;

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Remove() => _parent.Delete(recursive: true);
}
