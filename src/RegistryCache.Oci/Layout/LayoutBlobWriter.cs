using System.Buffers;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Layout;

/// <summary>Puts blobs into the directory. It writes to <c>ingest/</c> while it hashes, flushes to disk, and then renames to the final
/// path. The final path therefore only holds complete, verified content.</summary>
internal sealed class LayoutBlobWriter(LayoutPaths paths, LayoutIngest ingest, OciLayoutOptions options)
{
    private const int BlockBytes = 1 << 20;

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var target = paths.Blob(descriptor.Digest);
        RefuseLinks(descriptor.Digest);
        if (await IsPresentAsync(descriptor, target, cancellationToken).ConfigureAwait(false))
        {
            // Garbage collection keeps young blobs. A blob that a running export relies on must be young even if it existed before.
            StorageError.Ignore(() => File.SetLastWriteTimeUtc(target, options.TimeProvider.GetUtcNow().UtcDateTime));

            // A sweep may have taken it just before.
            if (LayoutFile.FindLength(target) == descriptor.Size)
                return (BlobPushOutcome.AlreadyPresent, 0);
        }

        // The source is opened first, so a source that fails leaves nothing behind, not even an empty directory.
        var content = await source.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await WriteAsync(content, descriptor, target, replaces: false, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a blob even if a file of its size is there, because the content of that file is known to be wrong.</summary>
    public async Task OverwriteAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken)
    {
        RefuseLinks(descriptor.Digest);
        var content = await source.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await WriteAsync(content, descriptor, paths.Blob(descriptor.Digest), replaces: true, progress: null, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Whether the blob exists. A layer is checked by its length; the documents that a tag depends on, by their
    /// content.</summary>
    private static async Task<bool> IsPresentAsync(Descriptor descriptor, string target, CancellationToken cancellationToken)
    {
        if (LayoutFile.FindLength(target) != descriptor.Size)
            return false;
        if (!IsReadWhole(descriptor))
            return true;
        try
        {
            var stream = new VerifyingReadStream(LayoutFile.OpenRead(target, descriptor.Size), descriptor);
            await using (stream.ConfigureAwait(false))
                await stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is ContentMismatchException || StorageError.Is(error))
        {
            return false;
        }
    }

    private static bool IsReadWhole(Descriptor descriptor) =>
        descriptor.MediaType == MediaTypes.CacheConfig || MediaTypes.IsManifest(descriptor.MediaType);

    /// <summary>Writes a file outside <c>blobs/</c> atomically and replaces an existing one.</summary>
    public Task ReplaceAsync(string target, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.Run(
        () => LayoutFile.Guard($"{target} could not be written", () =>
        {
            using var write = ingest.Begin();
            using (write.Data)
            {
                write.Data.Write(content.Span);
                write.Data.Flush(flushToDisk: true);
            }

            File.Move(write.DataPath, target, overwrite: true);
            LayoutFile.FlushDirectory(paths.Root);
        }),
        cancellationToken);

    private async Task<(BlobPushOutcome Outcome, long BytesSent)> WriteAsync(
        Stream content, Descriptor descriptor, string target, bool replaces, IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var write = LayoutFile.Guard($"The directory {paths.Root} is not writable", ingest.Begin);
        await using (write.Data.ConfigureAwait(false))
        {
            await CopyAsync(content, write.Data, descriptor, progress, cancellationToken).ConfigureAwait(false);
            await Task.Run(() => Complete(write.Data), CancellationToken.None).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return LayoutFile.Guard(
            $"Blob {descriptor.Digest} could not be moved into {paths.Root}", () => Commit(write.DataPath, target, descriptor, replaces));
    }

    /// <summary>While one block is written, the next one is read, and so received and verified.</summary>
    private async Task CopyAsync(
        Stream content, FileStream data, Descriptor descriptor, IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        // A small blob fits into one block with room for one byte more, which shows that it has ended.
        var length = (int)Math.Min(BlockBytes - 1, descriptor.Size) + 1;
        var block = ArrayPool<byte>.Shared.Rent(length);
        var other = ArrayPool<byte>.Shared.Rent(length);
        var writing = Task.CompletedTask;
        try
        {
            for (long done = 0; ;)
            {
                var read = await content.ReadAtLeastAsync(block.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                await writing.ConfigureAwait(false);
                if (read == 0)
                    return;
                var (full, offset) = (block, done);
                writing = Task.Run(() => Write(full.AsMemory(0, read), offset), CancellationToken.None);
                (block, other) = (other, block);
                done += read;
                progress?.Report(new TransferProgress(descriptor, done));
                if (read < length)
                    break;
            }

            await writing.ConfigureAwait(false);
        }
        finally
        {
            // The write still uses its block.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(block);
            ArrayPool<byte>.Shared.Return(other);
        }

        void Write(ReadOnlyMemory<byte> bytes, long offset) => LayoutFile.Guard(
            $"Blob {descriptor.Digest} could not be written to {paths.Root}",
            () => RandomAccess.Write(data.SafeFileHandle, bytes.Span, offset));
    }

    private void Complete(FileStream data) => LayoutFile.Guard($"A blob could not be flushed to disk in {paths.Root}", () =>
    {
        data.Flush(flushToDisk: true);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(data.SafeFileHandle, File.GetUnixFileMode(data.SafeFileHandle)
                & ~(UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    });

    private (BlobPushOutcome Outcome, long BytesSent) Commit(string data, string target, Descriptor descriptor, bool replaces)
    {
        RefuseLinks(descriptor.Digest);
        var parent = Path.GetDirectoryName(target)!;
        LayoutFile.EnsureDirectory(paths.Blobs);
        LayoutFile.EnsureDirectory(parent);
        if (!TryMove(data, target))
        {
            var found = LayoutFile.FindLength(target);
            if (!replaces && found == descriptor.Size && !IsReadWhole(descriptor))
                return (BlobPushOutcome.AlreadyPresent, 0);

            // A file of the wrong size or content is useless to every reader, and BuildKit would always trust it.
            if (OperatingSystem.IsWindows())
                File.SetAttributes(target, FileAttributes.Normal);
            File.Move(data, target, overwrite: true);
            LayoutLog.BlobHealed(options.Logger, paths.Root, descriptor.Digest);
        }

        LayoutFile.FlushDirectory(parent);
        return (BlobPushOutcome.Uploaded, descriptor.Size);
    }

    private static bool TryMove(string data, string target)
    {
        try
        {
            File.Move(data, target, overwrite: false);
            return true;
        }
        catch (IOException) when (new FileInfo(target) is { } file && (file.Exists || file.LinkTarget is not null))
        {
            return false;
        }
    }

    private void RefuseLinks(Digest digest)
    {
        foreach (var directory in (ReadOnlySpan<string>)[paths.Blobs, paths.BlobDirectory(digest.AlgorithmName)])
        {
            if (LayoutFile.IsLink(directory))
                LayoutFile.EnsureDirectory(directory);
        }
    }
}
