using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>One unfinished write: its own directory with the data file and a lock file, which is locked until the write ends. The lock is
/// on a separate file, because the data file is renamed and read by others before the write has ended.</summary>
internal sealed class IngestWrite(string directory, FileStream held, FileStream data) : IDisposable
{
    public const string LockName = "lock";
    public const string DataName = "data";

    public FileStream Data => data;

    public string DataPath => Path.Combine(directory, DataName);

    /// <summary>Removes what is left of the write. A later write removes what could not be removed now.</summary>
    public void Dispose()
    {
        data.Dispose();
        StorageError.Ignore(() => LayoutFile.Delete(DataPath));
        held.Dispose();
        StorageError.Ignore(() => LayoutFile.Delete(Path.Combine(directory, LockName)));
        StorageError.Ignore(() => Directory.Delete(directory));
    }
}
