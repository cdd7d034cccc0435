namespace RegistryCache.Oci.Layout;

/// <summary>
/// One unfinished write: a directory of its own with the file that is written and a file whose lock is held while the write lasts. The
/// lock is on a file of its own, because the data is renamed away and read by others while the write still ends.
/// </summary>
internal sealed class IngestWrite(string directory, FileStream held, FileStream data) : IDisposable
{
    public const string LockName = "lock";
    public const string DataName = "data";

    public FileStream Data => data;

    public string DataPath => Path.Combine(directory, DataName);

    /// <summary>Removes what is left of the write. What cannot be removed is removed by a later one.</summary>
    public void Dispose()
    {
        data.Dispose();
        Remove(() => LayoutFile.Delete(DataPath));
        held.Dispose();
        Remove(() => LayoutFile.Delete(Path.Combine(directory, LockName)));
        Remove(() => Directory.Delete(directory));
    }

    private static void Remove(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception error) when (LayoutFile.IsStorageError(error))
        {
        }
    }
}
