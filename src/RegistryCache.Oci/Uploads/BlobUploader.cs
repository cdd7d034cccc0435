using System.Runtime.ExceptionServices;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Downloads;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Uploads;

/// <summary>Puts a blob into a repository: it is already present, or it is mounted, or it is uploaded. This class owns the retry of every
/// upload step, because only it knows the offset. The transport sends each of these requests once.</summary>
internal sealed class BlobUploader(RepositoryContext repository, BlobReader reader)
{
    // A small blob is sent in two round trips. To ask for it first costs a third one, which pays only if the registry often has the blob.
    // After this many blobs in a row that the registry did not have, it is asked for only one in so many.
    private const int Absences = 8;
    private const int SmallBytes = 64 << 10;

    private readonly UploadSteps _steps = new(repository);
    private readonly BlobMounter _mounter = new(repository);
    private int _absences;

    // Whether a blob was uploaded. Until then a refusal would be met twice.
    private volatile bool _mayPush;

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushAsync(
        Descriptor blob, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var present = await LookIfWorthAsync(blob, cancellationToken).ConfigureAwait(false);
        if (present == Presence.Whole)
            return (BlobPushOutcome.AlreadyPresent, 0);
        var options = repository.Options;
        var session = new UploadSession(blob, source, options.UploadChunkBytes) { Chunked = options.ChunkedUploads };
        if (present == Presence.None && await _mounter.TryMountAsync(session, HoldsAsync, cancellationToken).ConfigureAwait(false))
            return (BlobPushOutcome.Mounted, 0);
        try
        {
            await SendAsync(session, progress, cancellationToken).ConfigureAwait(false);
            _mayPush = true;
        }
        catch
        {
            await _steps.CancelAsync(session).ConfigureAwait(false);
            throw;
        }

        // Many registries keep what they already have under a digest, even if it is damaged.
        if (present == Presence.Damaged && await LookAsync(blob, cancellationToken).ConfigureAwait(false) == Presence.Damaged)
        {
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure,
                $"{repository.DisplayName} has a damaged blob {blob.Digest} and does not replace it. Delete the blob on the registry, or "
                    + "use another repository.");
        }

        return session.BytesSent == 0 && blob.Size > 0
            ? (BlobPushOutcome.AlreadyPresent, 0)
            : (BlobPushOutcome.Uploaded, session.BytesSent);
    }

    private async Task<Presence> LookIfWorthAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var absences = Volatile.Read(ref _absences);
        if (absences >= Absences && blob.Size <= SmallBytes && Interlocked.Increment(ref _absences) % Absences != 0)
            return Presence.None;
        var present = await LookAsync(blob, cancellationToken).ConfigureAwait(false);
        if (present != Presence.None)
            Volatile.Write(ref _absences, 0);
        else if (absences < Absences)
            Interlocked.Increment(ref _absences);
        return present;
    }

    private async Task<Presence> LookAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            var (exists, size) = await reader.LookAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
            if (exists && size is not null && size != blob.Size)
                (exists, size) = await reader.MeasureAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
            return !exists ? Presence.None : size is null || size == blob.Size ? Presence.Whole : Presence.Damaged;
        }
        catch (RegistryResponseException e) when (e.StatusCode is 401 or 403)
        {
            // The permission to push may come without the permission to read.
            return Presence.None;
        }
    }

    private async Task<bool> HoldsAsync(Descriptor blob, CancellationToken cancellationToken) =>
        await LookAsync(blob, cancellationToken).ConfigureAwait(false) == Presence.Whole;

    /// <summary>Whether the blob exists although an upload request was refused. Another writer, or a request whose answer was lost, may
    /// have completed it.</summary>
    private async Task<bool> IsThereAllTheSameAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            return await HoldsAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e is RegistryResponseException or RegistryTransferException)
        {
            // Then the refusal is reported.
            return false;
        }
    }

    private async Task SendAsync(UploadSession session, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (await TrySinglePostAsync(session, progress, cancellationToken).ConfigureAwait(false))
            return;
        var schedule = repository.Transport.Settings.NewSchedule();
        var confirmed = 0L;
        while (true)
        {
            StepFailure failure;
            try
            {
                var result = await StepAsync(session, progress, cancellationToken).ConfigureAwait(false);
                if (result is null)
                {
                    session.Location = null;
                    return;
                }

                failure = result;
            }
            catch (RegistryTransferException e) when (e.IsTransient)
            {
                failure = new StepFailure(e);
            }

            if (session.Offset - confirmed >= RetrySchedule.ProgressBytes)
            {
                schedule.Progress();
                confirmed = session.Offset;
            }

            if (failure.IsProgress)
                continue;
            var request = _steps.Describe(session);
            if (failure.Fatal || !await repository.Transport.WaitAsync(request, schedule, failure.Status, failure.RetryAfter,
                failure.Error, cancellationToken).ConfigureAwait(false))
            {
                if (failure.Status is null or 401 || !await IsThereAllTheSameAsync(session.Blob, cancellationToken).ConfigureAwait(false))
                    ExceptionDispatchInfo.Throw(failure.Error!);
                await _steps.CancelAsync(session).ConfigureAwait(false);
                return;
            }

            if (await RecoverAsync(session, failure, cancellationToken).ConfigureAwait(false))
                return;
        }
    }

    private async Task<bool> TrySinglePostAsync(
        UploadSession session, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var state = repository.Transport.Host.State;
        var isFit = session is { Location: null, Chunked: false, Blob.Size: > 0 and <= SmallBytes };
        if (!_mayPush || !isFit || !state.TriesSinglePost())
            return false;
        try
        {
            var isTaken = await _steps.TrySinglePostAsync(session, Reporter(session, progress), cancellationToken).ConfigureAwait(false);
            if (isTaken)
                state.LearnSinglePost();
            return isTaken;
        }
        catch (RegistryTransferException e) when (e.IsTransient)
        {
            // The usual requests follow. They are repeated, and report what is wrong.
            return false;
        }
        finally
        {
            await session.EndBodyAsync().ConfigureAwait(false);
        }
    }

    private Action<long, long> Reporter(UploadSession session, IProgress<TransferProgress>? progress) => (sent, done) =>
    {
        repository.Transport.Settings.Telemetry.BytesSent.Add(sent);
        progress?.Report(new TransferProgress(session.Blob, done));
    };

    /// <summary>One request of the upload.</summary>
    /// <returns>Why the upload is not complete, or <see langword="null"/> if it is complete.</returns>
    private async Task<StepFailure?> StepAsync(UploadSession session, IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            if (session.Location is null)
                return await _steps.StartAsync(session, HoldsAsync, cancellationToken).ConfigureAwait(false);
            if (session.Chunked && session.Offset < session.Blob.Size)
                return await _steps.PatchAsync(session, Reporter(session, progress), HoldsAsync, cancellationToken).ConfigureAwait(false);
            return await _steps.PutAsync(session, Reporter(session, progress), HoldsAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await session.EndBodyAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finds out what a failed step left on the registry. True if the blob is complete.</summary>
    private async Task<bool> RecoverAsync(UploadSession session, StepFailure failure, CancellationToken cancellationToken)
    {
        if (session.Location is null)
            return false;
        if (failure.Error is RegistryTransferException { Code: RegistryCacheErrorCode.HandlerFailure })
            session.SendLess();

        // The registry may have completed the blob although its answer was lost.
        if (failure.Status is null or 400 or 403 or 404 or 409 or 416
            && await IsThereAllTheSameAsync(session.Blob, cancellationToken).ConfigureAwait(false))
        {
            if (failure.Status is not null)
                await _steps.CancelAsync(session).ConfigureAwait(false);
            return true;
        }

        if (failure.Restart || session.NeverResume || session.ChunksRefused)
        {
            await _steps.CancelAsync(session).ConfigureAwait(false);
            return false;
        }

        var held = await _steps.AskAsync(session, cancellationToken).ConfigureAwait(false);
        if (held is null || held > session.Blob.Size)
        {
            await _steps.CancelAsync(session).ConfigureAwait(false);
            return false;
        }

        // If the registry reports the offset that it refused, one of the two counts is wrong. "0-0" can mean zero bytes or one, and
        // some registries never get past the first chunk.
        if (failure.Status == 416 && held == session.Offset)
        {
            await _steps.CancelAsync(session).ConfigureAwait(false);
            return false;
        }

        session.Offset = held.Value;
        if (held > 0)
        {
            session.Chunked = true;
            OciLog.UploadResumed(repository.Logger, session.Blob.Digest.ToString(), repository.DisplayName, held.Value);
        }

        return false;
    }

    private enum Presence
    {
        None,
        Whole,
        Damaged,
    }
}
