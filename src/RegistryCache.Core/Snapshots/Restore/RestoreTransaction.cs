using RegistryCache.Core.Errors;
using RegistryCache.Core.Snapshots.FileSystem;

namespace RegistryCache.Core.Snapshots.Restore;

/// <summary>The folder that a restore works in, and how it becomes the folder that was asked for.</summary>
internal abstract class RestoreTransaction : IDisposable
{
    protected RestoreTransaction(Folder folder) => Folder = folder;

    /// <summary>Where to restore into.</summary>
    public Folder Folder { get; }

    public static RestoreTransaction Begin(string directory, RestoreOptions options, FolderAccess access, CancellationToken cancellationToken)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var name = Path.GetFileName(full);
        if (options.OnFailure == RestoreFailureBehavior.KeepOldState && name.Length == 0)
            throw new ArgumentException("The root directory cannot be exchanged; use RestoreFailureBehavior.LeavePartial.", nameof(directory));
        try
        {
            var parent = Directory.CreateDirectory(name.Length == 0 ? full : Path.GetDirectoryName(full)!).FullName;
            if (options.OnFailure == RestoreFailureBehavior.KeepOldState)
                return ExchangeTransaction.Begin(Folder.Open(parent, access), name, options.Existing, cancellationToken);
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure, $"Cannot create '{ErrorText.Quote(full)}': {ErrorText.Quote(e.Message)}", e);
        }

        return new InPlaceTransaction(Folder.Open(full, access), options.Existing);
    }

    /// <summary>Makes the result visible.</summary>
    public abstract void Commit();

    /// <summary>Without <see cref="Commit"/>: takes back what can be taken back.</summary>
    public abstract void Dispose();

    private sealed class InPlaceTransaction : RestoreTransaction
    {
        public InPlaceTransaction(Folder folder, ExistingContent existing)
            : base(folder)
        {
            Folder.TryCreateFile(FolderRestorer.PartialMarker)?.Dispose();
            if (existing == ExistingContent.Replace)
                FolderTrees.DeleteContent(Folder, "", path => path == FolderRestorer.PartialMarker);
        }

        public override void Commit() => Folder.DeleteFile(FolderRestorer.PartialMarker);

        public override void Dispose() => Folder.Dispose();
    }

    private sealed class ExchangeTransaction : RestoreTransaction
    {
        private readonly Folder _parent;
        private readonly string _name;
        private readonly string _temporary;

        private ExchangeTransaction(Folder folder, Folder parent, string name, string temporary)
            : base(folder)
        {
            _parent = parent;
            _name = name;
            _temporary = temporary;
        }

        public static ExchangeTransaction Begin(Folder parent, string name, ExistingContent existing, CancellationToken cancellationToken)
        {
            var temporary = $".{name}.registry-cache-{Path.GetRandomFileName()}";
            if (parent.Find(name) is { Kind: not FileKind.Directory })
            {
                parent.Dispose();
                throw new CacheStorageException(
                    RegistryCacheErrorCode.StorageFailure, $"'{ErrorText.Quote(name)}' is no directory, so nothing can be restored into it.");
            }

            if (!parent.TryCreateFolder(temporary) || parent.TryOpenFolder(temporary) is not { } folder)
            {
                parent.Dispose();
                throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, $"'{temporary}' exists already.");
            }

            var transaction = new ExchangeTransaction(folder, parent, name, temporary);
            try
            {
                using var old = parent.TryOpenFolder(name);
                if (old is null)
                    folder.Apply(new NodeMetadata { Mode = 0x1ed });
                else if (existing == ExistingContent.Keep)
                    FolderTrees.Clone(old, folder, cancellationToken);
                else
                    folder.Apply(new NodeMetadata { Mode = old.Describe().Mode });
                return transaction;
            }
            catch
            {
                transaction.Dispose();
                throw;
            }
        }

        public override void Commit() => _parent.Exchange(_temporary, _name);

        public override void Dispose()
        {
            Folder.Dispose();
            try
            {
                // After the exchange this name stands for the old state.
                FolderTrees.Delete(_parent, _temporary);
            }
            catch (CacheStorageException)
            {
                // What cannot be removed stays and tells by its name what it is; the restore succeeded, or has a failure of its own to tell.
            }
            finally
            {
                _parent.Dispose();
            }
        }
    }
}
